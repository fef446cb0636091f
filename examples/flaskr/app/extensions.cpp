// SPDX-License-Identifier: BSD-3-Clause
#include "app/extensions.h"

namespace flaskr {

// Every constraint has a name, so that migrations can change it.
db::Database db{{.ix = "ix_%(column_0_label)s",
                 .uq = "uq_%(table_name)s_%(column_0_name)s",
                 .ck = "ck_%(table_name)s_%(constraint_name)s",
                 .fk = "fk_%(table_name)s_%(column_0_name)s",
                 .pk = "pk_%(table_name)s"}};
migrate::Migrate migrate;
login::LoginManager login_manager;
login::LoginThrottle login_throttle;
wtf::CSRFProtect csrf;

}  // namespace flaskr
