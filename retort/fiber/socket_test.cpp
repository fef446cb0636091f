// SPDX-License-Identifier: BSD-3-Clause
#include "retort/fiber/socket.h"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "retort/fiber/task.h"

namespace retort::fiber {
namespace {

using namespace std::chrono_literals;

void echo(Socket socket) {
  char buffer[4096];
  while (const std::size_t n = socket.read_some(buffer, sizeof buffer)) socket.write_all({buffer, n});
}

TEST(Socket, CarriesMegabytesBothWaysOverTcp) {
  run([] {
    for (const char* host : {"127.0.0.1", "::1"}) {
      Listener listener;
      try {
        listener = Listener::tcp(host, 0);
      } catch (const IoError& e) {
        if (e.code() == EADDRNOTAVAIL || e.code() == EAFNOSUPPORT) continue;  // no IPv6 here
        throw;
      }
      auto server = spawn([&] { echo(listener.accept()); });
      Socket client = Socket::connect_tcp(host, listener.port());
      const std::string sent(3'000'000, 'x');
      auto writer = spawn([&] {
        client.write_all(sent, "tail");
        client.shutdown_write();
      });
      std::string got(sent.size() + 4, '\0');
      client.read_exact(got.data(), got.size());
      EXPECT_EQ(got, sent + "tail");
      char end;
      EXPECT_EQ(client.read_some(&end, 1), 0u);
      writer.join();
      server.join();
    }
  });
}

TEST(Socket, OneFiberMayWaitToReadWhileAnotherWaitsToWrite) {
  run([] {
    Listener listener = Listener::tcp("127.0.0.1", 0);
    Socket client = Socket::connect_tcp("127.0.0.1", listener.port());
    Socket server = listener.accept();
    char byte = 0;
    auto reader = spawn([&] { return client.read_some(&byte, 1); });
    sleep_for(1ms);
    const std::string much(20'000'000, 'x');
    auto writer = spawn([&] { client.write_all(much); });
    sleep_for(5ms);  // both wait now
    EXPECT_FALSE(reader.done());
    EXPECT_FALSE(writer.done());
    server.write_all("!");
    EXPECT_EQ(reader.join(), 1u);
    EXPECT_FALSE(writer.done());
    std::string got(much.size(), '\0');
    server.read_exact(got.data(), got.size());
    writer.join();
    EXPECT_EQ(got, much);
  });
}

TEST(Listener, SeveralFibersMayAccept) {
  run([] {
    Listener listener = Listener::tcp("127.0.0.1", 0);
    int accepted = 0;
    const auto acceptor = [&] {
      listener.accept();
      ++accepted;
    };
    auto a = spawn(acceptor), b = spawn(acceptor);
    auto late = spawn([&] { EXPECT_THROW(listener.accept(Clock::now() + 2ms), Timeout); });
    sleep_for(5ms);
    late.join();
    Socket first = Socket::connect_tcp("127.0.0.1", listener.port());
    Socket second = Socket::connect_tcp("127.0.0.1", listener.port());
    a.join();
    b.join();
    EXPECT_EQ(accepted, 2);
  });
}

TEST(Socket, SendsAtOnceOnBothSides) {
  run([] {
    const auto sends_at_once = [](const Socket& socket) {
      int on = 0;
      socklen_t size = sizeof on;
      getsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, &size);
      return on != 0;
    };
    Listener made = Listener::tcp("127.0.0.1", 0);
    Listener adopted = Listener::adopt(dup(made.fd()));
    for (Listener* listener : {&made, &adopted}) {
      const Socket client = Socket::connect_tcp("127.0.0.1", listener->port());
      EXPECT_TRUE(sends_at_once(client));
      EXPECT_TRUE(sends_at_once(listener->accept()));
    }
  });
}

TEST(Socket, DeadlinesCancellationAndRefusalAreErrors) {
  run([] {
    Listener listener = Listener::tcp("127.0.0.1", 0);
    Socket client = Socket::connect_tcp("127.0.0.1", listener.port());
    char byte;
    EXPECT_THROW(client.read_some(&byte, 1, Clock::now() + 5ms), Timeout);
    auto reader = spawn([&] { return client.read_some(&byte, 1); });
    sleep_for(1ms);
    reader.cancel();
    EXPECT_THROW(reader.join(), Cancelled);
    Listener idle = Listener::tcp("127.0.0.1", 0);
    EXPECT_THROW(idle.accept(Clock::now() + 2ms), Timeout);
    const auto port = idle.port();
    idle.close();
    EXPECT_THROW(Socket::connect_tcp("127.0.0.1", port), IoError);
    EXPECT_THROW(Socket::connect_tcp("not an address", 1), IoError);
  });
}

TEST(Socket, WritingToAGonePeerIsAnErrorAndNoSignal) {
  run([] {
    Listener listener = Listener::tcp("127.0.0.1", 0);
    Socket client = Socket::connect_tcp("127.0.0.1", listener.port());
    listener.accept().close();
    EXPECT_THROW(
        {
          for (int i = 0; i < 100; ++i) {
            client.write_all(std::string(10'000, 'x'));
            sleep_for(1ms);
          }
        },
        IoError);
  });
}

TEST(Listener, UnixSocketsReplaceStaleFilesAndRemoveTheirOwn) {
  char folder[] = "/tmp/retort-socket-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string path = std::string(folder) + "/s";
  run([&] {
    Listener stale = Listener::unix_path(path);
    Listener listener = Listener::unix_path(path);
    auto server = spawn([&] { echo(listener.accept()); });
    Socket client = Socket::connect_unix(path);
    client.write_all("hello");
    char got[5];
    client.read_exact(got, 5);
    EXPECT_EQ(std::string(got, 5), "hello");
    client.close();
    server.join();
    listener.close();
    EXPECT_NE(access(path.c_str(), F_OK), 0);
  });
  rmdir(folder);
}

}  // namespace
}  // namespace retort::fiber
