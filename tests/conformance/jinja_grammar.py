# SPDX-License-Identifier: BSD-3-Clause
"""A grammar of Jinja templates: tables of productions, and the Maker that expands them.

In a production `$name` stands for one of the productions of that name; with a capital first
letter it is put between parentheses where it is not a single term. Statements are written
with Jinja's own delimiters; the Maker gives them the case's delimiters and, now and then,
whitespace control.

The variables have types: i j ints, f g floats, w s text, mk markup, ints strs rows seq lists,
pair a tuple, d a dict, tree what recursive loops walk, yes no bools. Loops, macros and sets
shadow them with values of the same type, so that most templates render.
"""
import functools
import re

EXPRESSIONS = {
    "any": ["$int", "$int", "$num", "$str", "$str", "$str", "$mk", "$bool", "$list", "$ints", "$strs", "$dict", "$tuple", "none", "$present",
            "$any if $bool else $any", "$Any and $Any", "$Any or $Any", "$Any|default($any)", "$missing|default($any)",
            "$Any|default($any, true)", "$Any|d($any, boolean=$bool)", "$present|first", "d.a", "d['b']", "d|attr('$key') is defined",
            "$Dict.get($str)", "$Dict.get($str, $any)", "$Rows[0].name", "$present|last", "pair[$index]", "tree[0].name", "d.get('a')",
            "$Any|list if $Any is iterable", "$Any|string", "$Any|escape", "$Any|pprint", "[$any]|random", "cycler($some).next()",
            "$Dict.pop($str, $any)", "range(3)", "range($small, $width)", "[$any, $any][yes]"],
    "present": ["[$any, $any]", "($any,)", "[$int, $str, $any]", "$Strs or ['-']", "pair"], "index": ["0", "1", "-1", "-2"], "some": ["$any", "$any, $any", "*[$any, $any]"],
    "int": ["0", "1", "2", "3", "-1", "7", "10", "i", "j", "$lit_int", "$Int + $Int", "$Int - $Int", "$Int * $small",
            "$Int // $int_nz", "$Int % $int_nz", "$Int ** $small", "-$Int", "+$Int", "$Str|length", "$Seq|count", "$Ints|sum",
            "$Ints|sum(start=$int)", "$Rows|sum(attribute='n')", "$Str|int", "$Num|int", "$Str|int($int)",
            "$Str|int(default=$int, base=$base)", "$Str|wordcount", "$Int|abs", "$Str.count($str)", "$Str.find($str)",
            "$Str.rfind($str, $int)", "$Seq.count($any)", "[$int, 2].index(2)",
            "$Int.bit_length()", "$Int.real", "$Int.numerator", "$Int.conjugate()", "$Str.find($str, $int, $int)",
            "$Int if $bool else $int", "[$int, $int]|max", "(i, $int)|min", "[$int, 2][$index]", "$Int.bit_count()"],
    "num": ["$int", "$int", "f", "g", "1.5", "-0.0", "2.5", "1e3", "1E-7", "1.0e16", "1e22", "0.1", "100_000.5", "$Num + $Num",
            "$Num - $Num", "$Num * $Num", "$Num / $lit_nz", "$Num // $lit_nz", "$Num % $lit_nz", "$Num ** $small", "-$Num",
            "$Int / $lit_nz", "$Num|round", "$Num|round($small)", "$Num|round($small, '$rounding')", "$Num|round(-1)",
            "$Num|round(method='$rounding')", "$Str|float", "$Str|float($num)", "$Num|float", "$Num|abs", "f.real",
            "f.is_integer()", "$Ints|sum / 3", "$Num|round(precision=$small)", "yes + $Int", "f.hex()", "(2.0).as_integer_ratio()"],
    "str": ["$lit", "$lit", "$lit", "w", "s", "w", "s", "$Str ~ $Any", "$Str + $Str", "$Str * $small", "$small * $Str",
            "$lit $lit", "$Str[$int]", "$Str[$slice]", "$Str.$str0()", "$Str.$str0()", "$Str|$strfilter", "$Str|$strfilter",
            "$Str.$strn", "$Str.$strn", "$Any|string", "$Any ~ $Any", "$Seq|join", "$Seq|join($str)", "$Any|$safefilter",
            "$Seq|join(d=$str)", "$Rows|join($str, attribute='$key')", "$Strs|join($str)", "$Str.join($strs)", "$format", "$format",
            "$percent", "$percent", "$Str if $bool else $str", "$Str.partition($char)[$small]",
            "$Num|filesizeformat", "$Int|filesizeformat($bool)", "$Num|string", "$Dict|urlencode", "$Seq|pprint",
            "$Dict|xmlattr", "$Dict|xmlattr($bool)", "$Str|replace($str, $str)", "$Str|replace($char, $str, $small)",
            "$Str|truncate($wide)", "$Str|truncate($wide, $bool)", "$Str|truncate($wide, $bool, $str)",
            "$Str|truncate($wide, leeway=$small)", "$Str|truncate(length=$width, killwords=$bool, end='…', leeway=0)",
            "$Str|indent", "$Str|indent($small)", "$Str|indent($small, $bool, $bool)", "$Str|indent($str, first=$bool, blank=$bool)",
            "$Str|wordwrap($width)", "$Str|wordwrap($width, $bool)", "$Str|wordwrap($width, break_on_hyphens=$bool)",
            "$Str|wordwrap($width, wrapstring=$str)", "$Str|center($width)", "$Str|center(width=$width)", "$Str|trim",
            "$Str|trim($char)", "$Str|urlize", "$url|urlize", "$url|urlize($width)", "$url|urlize($width, $bool)",
            "$url|urlize(target=$str)", "$url|urlize(rel=$str, nofollow=$bool)", "$url|urlize(extra_schemes=['xx:', 'tel:'])",
            "$Any|tojson", "$Any|tojson($small)", "$Any|tojson(indent=$small)", "$Str|striptags", "$Str|forceescape", "$Str.translate({97: 'b', 66: none})",
            "lipsum(0)", "$Str|reverse", "$Str.encode()|string",
            "$Strs|first", "$Strs|last", "d|string", "joiner($str)()"],
    "mk": ["mk", "$Str|safe", "$Str|escape", "$Str|e", "$Mk + $Str", "$Str + $Mk", "$Mk ~ $Any", "$Mk * $small", "$Mk % $Any",
           "$Mk.format($args)", "$Mk.$str0()", "$Mk|$strfilter", "$Mk[$slice]", "$Mk.join($strs)", "$Mk|replace($char, $str)",
           "('<i>%s</i>'|safe) % $Any", "('%s<%r>'|safe) % ($any, $any)", "('<b>{}</b>'|safe).format($any)",
           "('{0!r:>8}|{a}'|safe).format($any, a=$any)", "$Mk.split()|join($str)", "$Mk.unescape()", "$Mk.striptags()",
           "('%(a)s'|safe) % {'a': $any}", "$Mk.center($width, $char)", "[$mk, $str]|join($str)", "$Mk|truncate($wide)",
           "$Mk|indent($small, true)", "$Mk|wordwrap($width)", "$Mk|format($args)", "$Str|urlize|safe", "$Mk|trim",
           "$Mk.splitlines($bool)[0]", "$Mk.zfill($width)", "$Mk|center($width)", "$Mk|lower", "$Mk|string|upper"],
    "bool": ["yes", "no", "true", "false", "True", "False", "not $Any", "$Num $cmp $Num", "$Str $cmp $Str", "$Any == $Any",
             "$Any != $Any", "$Int < $Int <= $Num", "$Int < $Num != $Any", "$Str in $Str", "$Any in $Seq", "$Str not in $Dict", "$Any is $test",
             "$Any is $test", "$Any is not $test", "$Bool and $Bool", "$Bool or $Bool", "$Str.$strtest()", "$Str.startswith($str)",
             "$Str.endswith(($str, $str))", "$Int is divisibleby $lit_pos", "$Int is divisibleby($lit_pos)", "$Int is $inttest", "$Any is sameas $any",
             "$Any is in $seq", "$Num is $cmptest $num", "not $Bool", "$Ints < $Ints", "$Seq == $Seq", "$Strs >= $Strs",
             "'upper' is filter", "'odd' is test", "missing is defined", "$Str.startswith($str, $int, $int)"],
    "list": ["seq", "seq", "[]", "[$any]", "[$any, $any, $any]", "$List + $Rows", "$List * $small", "$Seq[$slice]", "$Seq|list", "$Seq|reverse|list",
             "$Ints|unique|list", "$Strs|sort", "$Dict|list", "$Dict|items|list", "{'b': $any, 'A': $any}|dictsort", "d|dictsort", "$Dict.items()|list",
             "d|dictsort(true)", "{'x': $int, 'a': $int}|dictsort(by='value')", "{$str: 1, $str: 2}|dictsort($bool, 'key', $bool)", "$Seq|batch($lit_pos)|list",
             "$Seq|batch($lit_pos, $any)|list", "$Seq|slice($lit_pos)|list", "$Seq|slice($lit_pos, $any)|list", "$Seq|map('string')|list",
             "$Seq|map('default', $any)|list", "$Strs|map('upper')|list", "$Strs|map('replace', $char, $str)|list",
             "$Seq|select|list", "$Seq|select('$test1')|list", "$Seq|reject('$test1')|list", "$Ints|select('gt', $int)|list",
             "$Ints|reject('divisibleby', $lit_pos)|list", "$Seq|reject|list", "$Dict.values()|list", "$Dict.keys()|list",
             "$Rows|groupby('name')|map('list')|list", "$Rows|groupby('n', default=$int)|map('list')|list", "$Rows|groupby('name', case_sensitive=true)|map('last')|list",
             "$Rows|map(attribute='$key', default=$any)|list", "$Rows|selectattr('$key')|map(attribute='n')|list",
             "$Rows|rejectattr('$key', '$test1')|list", "$Rows|selectattr('n', 'ge', $int)|list", "$Rows|sort(attribute='n')",
             "$Rows|sort(attribute='name,n', reverse=$bool)", "$Rows|sort(false, true, 'name')", "$Rows|unique(attribute='name')|list",
             "$Rows|unique(true, 'name')|map(attribute='n')|list", "[rows|max(attribute='n')]", "[rows|min(attribute='n')]",
             "$Str|list", "$Str.splitlines($bool)", "$Str.split()", "$List.copy()", "$Seq|tojson|list", "($list if $bool else $list)",
             "$Seq|map('$safefilter0')|list", "$Rows|map(attribute='$key.0')|list", "$Rows|map(attribute='tags.0', default='-')|list"],
    "ints": ["ints", "ints", "[$int, $int]", "[3, 1, 2]", "range($small)|list", "range($int, $int)|list", "range($small, $width, $lit_pos)|list",
             "range(5, -5, -$lit_pos)", "$Ints|sort", "$Ints|sort(reverse=$bool)", "$Ints|unique|list", "$Ints|select('$inttest')|list", "$Ints[$slice]",
             "$Ints|map('abs')|list", "$Strs|map('length')|list", "$Ints|reverse|list", "$Rows|map(attribute='n')|list", "range($small)[$slice]"],
    "strs": ["strs", "strs", "[$str, $str]", "[$str, $str, $str]", "$Str.split($char)", "$Str.rsplit($char, $small)", "$Str.split(none, $small)", "$Str.split(maxsplit=$small)",
             "$Strs|sort", "$Strs|sort(case_sensitive=true)", "$Strs|unique|list", "$Strs|map('$strfilter0')|list", "$Str|list",
             "$Strs|unique(case_sensitive=true)|list", "$Seq|map('string')|list", "$Strs[$slice]", "$Rows|map(attribute='name')|list",
             "$Strs|select('in', $str)|list", "$Str.partition($char)", "$Str.rpartition($char)|list", "$Strs|sort($bool, $bool)"],
    "rows": ["rows", "rows", "[{'name': $str, 'n': $int, 'tags': $strs}]", "rows[:$lit_pos]", "rows + [{'n': $int, 'name': $str}]", "rows + [{'n': $int, 'name': $str, 'a': $any, 'b': $any}]"],
    "dict": ["d", "d", "{}", "{'a': $any}", "{$str: $any, 'b': $any}", "{$int: $any, $str: $int}", "dict(a=$any)", "dict($Dict, b=$any)",
             "dict([[$str, $any]])", "rows[0]", "dict(**d)", "dict(**{$lit: $any})", "{($int, $str): $any, none: 1, true: $int, 1.5: 2}", "$Dict.copy()",
             "rows|last", "dict.fromkeys($strs, $int)", "dict($Dict|items)"],
    "tuple": ["pair", "($any, $any)", "($any,)", "()", "$Tuple + ($any,)", "$Tuple * $small", "$Tuple[$slice]"],
    "seq": ["$list", "$ints", "$strs", "$tuple", "$rows", "$ints", "$strs"],
    "missing": ["missing", "d.missing", "seq[99]", "missing|default($any)", "rows[0].missing", "d['missing']"],
    "term": ["i", "w", "f", "seq", "d", "yes", "missing", "mk", "none", "'é'", "pair"],

    "lit_int": ["0x1F", "0b101", "0o17", "1_000", "42", "255", "-12", "00", "9223372036854775807"],
    "lit_nz": ["2", "-3", "7", "0.5", "-1.5", "1"], "int_nz": ["2", "-3", "7", "(i or 5)"], "lit_pos": ["1", "2", "3", "4"], "small": ["0", "1", "2", "3"], "width": ["1", "2", "5", "8", "12", "20"], "wide": ["5", "8", "12", "20"], "base": ["2", "8", "10", "16", "0"],
    "rounding": ["common", "ceil", "floor"], "cmp": ["<", "<=", ">", ">=", "==", "!="],
    "cmptest": ["eq", "ne", "lt", "le", "gt", "ge", "equalto", "greaterthan", "lessthan"], "inttest": ["odd", "even"],
    "test": ["defined", "undefined", "none", "number", "integer", "float", "string", "mapping", "sequence", "iterable", "boolean", "true",
             "false", "callable", "escaped", "lower", "upper", "eq($any)", "ne $term", "sameas none", "in([$any])"],
    "test1": ["defined", "none", "number", "integer", "float", "string", "mapping", "sequence", "boolean", "true", "false", "escaped"],
    "slice": ["$int:", ":$int", "$int:$int", "::$step", "$int::$step", ":$int:$step", "$int:$int:$step", ":", "none:$int"],
    "step": ["2", "-1", "-2", "3", "1"],
    "sortkey": ["n", "name"], "key": ["name", "n", "tags", "a", "b", "kids", "Ünï"],
    "char": ["','", "' '", "'a'", "'-'", "'é'", "'b'", "'ß'"],
    "lit": ["''", "'a'", '"b"', "'Hello World'", "'x-y z'", "'éÀß'", "'ΑΣ ς'", "'😀 ok'", "'<b>&amp;\"'", "'it\\'s'", "'\\n'", "'a\\tb\\nc'", "'12'",
            "' 3.5 '", "'-7'", "'0x1f'", "'a,b,c'", "'\\u00e9\\x41'", "'foo bar baz-qux quux corge grault'", "'line one\\nline two\\n\\nline four'",
            "'ǅ ŉ ﬁ İ'", "'TRUE'", "'%'", "'{}'", "'1e3'", "'\\u200b\\xa0x'", "'ab ab ab'", "'%41'", "'<p>Hi &lt;there&gt; <!-- c --> x</p>'"],
    "url": ["'see http://example.com/a?b=c&d=e, ok'", "'www.example.org and (https://x.y/z).'", "'mail me@example.com now'", "'mailto:a@b.co'",
            "'xx:abc tel:123 http://'", "'<http://a.b> \"www.c.de\"'", "'example.com, foo.org/bar baz.net'", "$str", "mk ~ ' www.a.com'"],
    "str0": ["upper", "lower", "title", "capitalize", "casefold", "swapcase", "strip", "lstrip", "rstrip", "expandtabs"],
    "strtest": ["isalpha", "isdigit", "isalnum", "isspace", "isupper", "islower", "istitle", "isnumeric", "isdecimal", "isidentifier",
                "isascii", "isprintable"],
    "strn": ["replace($str, $str)", "replace($char, $str, $int)", "center($width)", "center($width, $char)", "ljust($width, $char)", "rjust($width)",
             "zfill($width)", "strip($char)", "lstrip($str)", "rstrip($str)", "removeprefix($str)", "removesuffix($str)", "expandtabs($small)",
             "expandtabs(tabsize=$small)", "join($str)", "format($args)", "format_map($dict)"],
    "strfilter0": ["upper", "lower", "title", "capitalize", "trim", "string", "escape", "forceescape", "urlencode", "reverse", "striptags", "length"],
    "strfilter": ["upper", "lower", "title", "capitalize", "trim", "string", "escape", "urlencode", "reverse", "striptags", "safe", "e|upper",
                  "replace('a', '<')", "indent", "wordwrap(9)", "truncate(9)", "center(15)"],
    "safefilter0": ["string", "escape", "pprint", "default", "upper", "int", "trim", "lower", "title", "urlize", "capitalize", "forceescape"],
    "safefilter": ["string", "escape", "pprint", "safe", "forceescape", "upper", "lower", "title", "capitalize", "trim", "striptags", "wordcount", "int", "float", "center(9)", "replace('a', '<')", "indent", "wordwrap(6)", "urlencode"],
    "anyfilter0": ["string", "escape", "pprint", "tojson", "default", "length", "upper", "list", "first", "int", "float", "trim"],
    "anyfilter": ["string", "escape", "e", "pprint", "tojson", "safe", "forceescape", "upper", "lower", "title", "capitalize", "trim", "urlencode",
                  "striptags", "wordcount", "length", "list", "first", "last", "int", "float", "abs", "sum", "join", "join(', ')", "sort", "max",
                  "min", "unique|list", "reverse|list", "dictsort", "items|list", "xmlattr", "round", "filesizeformat", "center(7)",
                  "indent", "truncate(5)", "wordwrap(6)", "replace('a', 'b')", "batch(2)|list", "slice(2)|list", "format", "urlize", "string|list",
                  "map('upper')|list", "select|list", "groupby('name')|list", "random|string|length"],
    "args": ["", "$any", "$any, $any", "$any, a=$any", "*$seq", "**{'a': $any}", "$any, *$seq, a=$any, **{'b': $any}", "a=$any, b=$any"],
    "format": ["'{}-{}'.format($any, $any)", "'{1} {0!r}'.format($any, $any)", "'{a}|{b!s}'.format(a=$any, b=$any)", "'{:$strspec}'.format($str)",
               "'{0:$intspec}'.format($int)", "'{:$numspec}'.format($num)", "'{0[a]} {0[b]}'.format($dict)", "'{0[1]}'.format($seq)",
               "'{:{}}'.format($str, $width)", "'{0:{1}}|{{}}'.format($num, $intspec_lit)", "$Str.format($args)", "'{!a:>$width}'.format($any)",
               "'{0.real}{0.imag}'.format($num)", "'{:$anyspec}'.format($any)", "'{a[b]}'.format(**$Dict)", "'{x}'.format_map({'x': $any})"],
    "percent": ["'%s|%r' % ($any, $any)", "'%d' % $num", "'%${flags}${width}d' % $int", "'%${flags}${width}.${small}f' % $num", "'%e %g' % ($num, $num)", "'%x %o %X' % ($int, $int, $int)",
                "'%(a)s %(b)s' % $Dict", "'%(name)5.2s|' % rows[0]", "'%-8s|%5s' % ($str, $any)", "'%c%c' % ($char, $width)", "'%*d' % ($width, $int)",
                "'%%%s' % $Any", "'%.3s' % $Any", "$Str % $Any", "'%s-%s'|format($any, $any)", "'%(a)s'|format(a=$any)", "'%#x %+d % d' % ($int, $int, $int)",
                "'%a %i' % ($any, $num)", "'%${flags}${width}g' % $num"],
    "flags": ["", "-", "+", "0", "#", " ", "-+", "+0"],
    "strspec": ["", "10", ">8", "^9", "*<7", ".3", "é^8.2", "s", "05", "=5", "+", "d"],
    "intspec": ["", "d", "5", "05d", "+d", "x", "#x", "#b", "o", "X", ",", "_", "_x", "*^9,", " d", "=+6d", "08,d", "c", "e", ".2f", "%", "n", "g", ".2"],
    "intspec_lit": ["'5'", "'x'", "'.3'", "'+'", "'>9'", "'08.2f'"],
    "numspec": ["", "f", ".2f", ".0f", "e", ".3e", "g", ".3g", "G", "%", ".1%", "10.3f", "+.2f", ",.2f", "_.1f", "012.4f", ">10", ".5", "#.0f", "#g", "=+9.1f", "d", "n"],
    "anyspec": ["", "5", ">6", "s", "d", ".2f", "x"],
}

STATEMENTS = {
    "stmt": ["$text", "$text", "$text", "{{ $int }}", "{{ $num }}", "{{ $str }}", "{{ $str }}", "{{ $mk }}", "{{ $any }}", "{{ $any }}", "{{ $list }}",
             "{{ $dict }}", "{{ $bool }}", "{{ $tuple }}", "{{$int}}{{$str}}", "{# $text #}", "{% raw %}$text{{ x }}{% if %}{% endraw %}",
             "{% if $bool %}$body{% endif %}", "{% if $bool %}$body{% else %}$body{% endif %}",  # Not three branches that all assign: that was wrong before 3.1.5.
              "{% if $any %}$body{% elif $bool %}$body{% else %}$print{% endif %}",
             "{% if $bool %}$set{% elif $bool %}$set{% endif %}$print", "$for", "$for", "$for", "$set$print", "$set$print", "$set$body",
             "{% with %}$set$body{% endwith %}$print", "{% with i = $int, w = $str %}$body$print{% endwith %}", "{% with i = $int, j = i %}{{ j }}{% endwith %}",
             "{% filter $strfilter %}$body{% endfilter %}", "{% filter replace($char, $lit)|upper %}$body{% endfilter %}",
             "{% autoescape $bool %}$body{% endautoescape %}", "{% autoescape true %}{{ $any }}$body{% endautoescape %}", "$macro", "$macro", "$call", "$cell",
             "{% set ns = namespace(v=$any, k=$int) %}{% for i in $ints %}{% set ns.v = ns.v ~ i %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.v }}{{ ns.k }}",
             "{% set ns = namespace($Dict, n=0) %}{% set ns.n = $any %}{{ ns.n }}", "{% set c = cycler($any, $some) %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.reset() }}{{ c.current }}",
             "{% set join = joiner($str) %}{% for w in $strs %}{{ join() }}{{ w }}{% endfor %}", "{% print $any, $any %}", "{% print $any %}", "$use", "$use"],
    "print": ["{{ i }}", "{{ w }}", "{{ i }}{{ w }}{{ x }}", "{{ x }}", "{{ [i, w, d] }}", "{{ d.a }}", "{{ seq }}"],
    "set": ["{% set i = $int %}", "{% set w = $str %}", "{% set x = $any %}", "{% set i, w = $int, $str %}", "{% set (i, w) = [$int, $str] %}",
            "{% set w %}$body{% endset %}", "{% set w | $strfilter %}$body{% endset %}", "{% set x = $any, $any %}", "{% set w = $str %}$text", "{% set d = $dict %}",
            "{% set seq = $seq %}", "{% set x, y = ($any, [$any]) %}", "{% set x, y = pair %}", "{% set w | replace($char, $lit) | upper %}$body{% endset %}", "{% set i = i + $int %}"],
    "for": ["{% for i in $ints %}$loopbody{% endfor %}", "{% for w in $strs %}$loopbody{% else %}$body{% endfor %}", "{% for x in $seq %}{{ x }}$loopbody{% endfor %}",
            "{% for i in $ints if $bool %}$loopbody{% else %}$body{% endfor %}", "{% for i in $ints if i is $inttest %}{{ i }}$loopbody{% endfor %}",
            "{% for k, v in $Dict.items() %}{{ k }}={{ v }}$loopbody{% endfor %}", "{% for k, v in $Dict|dictsort %}{{ k }}={{ v }};{% endfor %}",
            "{% for d in $rows %}{{ d.name }}$loopbody{% endfor %}", "{% for k, g in $Rows|groupby('$sortkey') %}{{ k }}:{{ g|length }}$loopbody{% endfor %}",
            "{{ $Rows|groupby('$sortkey')|list }}", "{% for g in $Rows|groupby('n') %}{{ g.grouper }}{{ g.list|map(attribute='name')|join }}{% endfor %}", "{% for i, (w, x) in [[$int, ($str, $any)], ($int, [$str, $any])] %}{{ i }}{{ w }}{{ x }}$loopbody{% endfor %}",
            "{% for d in tree recursive %}{{ d.name }}{{ loop.depth }}{{ loop.depth0 }}[{{ loop(d.kids) }}]$loopbody{% endfor %}",
            "{% for d in tree if d.name recursive %}{{ loop.index }}{% if d.kids %}<{{ loop(d.kids)|upper }}>{% endif %}{% else %}-{% endfor %}",
            "{% for i in $ints %}{% set outer = loop %}{% for w in $strs %}{{ outer.index }}.{{ loop.index }}$loopbody{% endfor %}{{ loop.last }}{% endfor %}",
            "{% for x in $seq if $any %}{{ x }}$loopbody{% endfor %}", "{% for row in $Seq|batch($lit_pos, $any) %}{% for x in row %}{{ x }},{% endfor %};{% endfor %}",
            "{% for x in $Seq|slice($lit_pos) %}{{ x }}{{ loop.length }}{% endfor %}", "{% for c in $Str|map('upper') %}{{ c }}{{ loop.revindex }}$loopbody{% endfor %}",
            "{% for i in $ints %}{% if loop.changed(i // 2) %}{{ i }}{% endif %}{{ loop.cycle('z', $some) }}{% endfor %}{{ i }}", "{% for i in range($small, $width) %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }}$loopitem{% endfor %}"],
    "loopbody": ["$body", "$loopitem", "$loopitem$body", "$loopitem$loopitem", "$body$loopitem"],
    "loopitem": ["{{ loop.$loopattr }}", "{{ loop.$loopattr }}", "{{ loop.cycle($any, $any) }}", "{{ loop.changed($any) }}", "{{ loop }}", "{{ ',' if not loop.last }}",
                 "{% if loop.$loopattr %}$body{% endif %}", "{{ loop.previtem is defined }}{{ loop.nextitem is defined }}", "{{ loop|length }}", "{% set x = loop.index %}{{ x }}"],
    "loopattr": ["index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem"],
    "macro": ["{% macro m1() %}$body{% endmacro %}{{ m1() }}", "{% macro m2(w, i=$int) %}$body$print{% endmacro %}{{ m2($str) }}{{ m2($str, $int) }}{{ m2(i=$int, w=$str) }}",
              "{% macro m3(x, y=x, i=1) %}{{ x }}{{ y }}{{ i }}{{ varargs }}{{ kwargs }}$body{% endmacro %}{{ m3($args) }}", "{% macro m1(w='d') %}{{ w }}{% endmacro %}{{ m1.name }}{{ m1.arguments }}{{ m1.catch_kwargs }}{{ m1.catch_varargs }}{{ m1.caller }}{{ m1(*$strs[:1]) }}",
              "{% macro m4(x) %}{{ x }}{{ caller() if caller }}{% endmacro %}{{ m4($any) }}{% call m4($any) %}$body{% endcall %}", "{% macro m5(i, n=2) %}{{ i }}{% if n > 0 %}({{ m5(i - 1, n - 1) }}){% endif %}{% endmacro %}{{ m5($int) }}",
              "{% macro m6(x, y=no) %}{{ x is defined }}{{ y is defined }}{{ y }}{% endmacro %}{{ m6() }}{{ m6($args) }}", "{% macro m7(i, w=$str ~ i, seq=[i, w]) %}{{ seq }}{% endmacro %}{{ m7($int) }}{{ m7(2, $str)|upper }}",
              "{% macro m8(caller=none) %}{{ caller }}{% endmacro %}{{ m8() }}", "{% macro m1(w) %}<{{ w }}>{% endmacro %}{{ $Strs|map('$strfilter0')|map('string')|join(m1('-')) }}{{ m1($mk) ~ m1($str) }}"],
    "call": ["{% macro c1() %}[{{ caller() }}]{% endmacro %}{% call c1() %}$body{% endcall %}", "{% macro c2(i) %}{{ caller(i, w=$str) }}{{ caller(i + 1) }}{% endmacro %}{% call(x, w='q') c2($int) %}{{ x }}{{ w }}$body{% endcall %}",
             "{% macro c3() %}{{ caller(*$seq) }}{{ caller.name }}{% endmacro %}{% call(x, y=2) c3() %}{{ x }}{{ y }}{% endcall %}", "{% macro c4(w) %}{{ caller(w)|upper }}{{ varargs|length }}{% endmacro %}{% call(s) c4($str, $any) %}{{ s }}$body{% endcall %}",
             "{% call $Str.upper() %}x{% endcall %}"],
    "text": ["abc ", "x\n", "\n", "  ", "\n  ", "<b>&amp;</b>", "é☃ 😀", "\t", "{ ", "} ", "50% #1", "- ", "1 < 2", "\n\n", "'q\"", "  line\n    next\n", "--", " \n"],
    # Where other templates may be used: the Maker leaves this out within the parts and the library.
    "use": ["{% include 'part' %}", "{% include 'part' ignore missing %}", "{% include 'nope' ignore missing %}", "{% include ['nope', 'part'] %}",  "{% include ['nope', 'no'] ignore missing with context %}", "{% include name ignore missing %}",
            "{% import 'lib' as lib %}{{ lib.f1($any) }}{{ lib.lv }}", "{% import 'lib' as lib with context %}{{ lib.f1($any) }}{{ lib.f2(i=$int) }}{{ lib.lv }}{{ lib.nope is defined }}", "{% from 'lib' import f1, f2 as q %}{{ f1($any) }}{{ q($str, $int) }}",
            "{% from 'lib' import lv, nope with context %}{{ lv }}{{ nope is defined }}", "{% from 'lib' import f1 as f, lv with context %}{{ f($str) }}{{ lv }}", "{% import 'lib' as lib %}{{ lib }}", "{% import 'lib' as lib without context %}{% call lib.f3() %}$body{% endcall %}",
            "{% for i in $ints %}{% include 'part' %}{% endfor %}", "{% macro u(i) %}{% include 'part' %}{% endmacro %}{{ u($int) }}", "{% with w = $str %}{% include ['part'] %}{% endwith %}"],
    "cell": ["{{ $any|default('-') }}", "{{ $Any|string|e }}", "{{ '%s' % $Any }}", "{{ $missing }}", "{{ not $missing }}"],
}

# What needs an extension or a setting.
EXTRAS = {
    # What mostly ends in an error.
    "wild": {"any": ["$missing", "$Any if $bool", "$Seq[$int]", "$Seq|first", "$Seq|last", "d[$str]", "d.$key", "d|attr('$key')", "$Rows[$small].$key", "$Rows|map(attribute='$key')|list",
                     "$Seq|min", "$Seq|max", "$Ints|max", "tree[0].kids[$small].name", "ns.v", "cycler($args).next()", "loop.index", "loop.cycle($args)", "loop", "varargs", "kwargs", "caller()", "m1",
                     "$Any + $Any", "$Any * $small", "$Any == $Any", "$Any < $Any", "$Any % $Any", "$Any ~ $Any", "$Any in $Any", "$Any.$key", "$Any[$any]", "-$Any", "$Any()", "$Any|length",
                     "$Any is $test", "$Any|$anyfilter", "$Str.index($char)", "$Seq.index($any)", "$Tuple <= $Tuple", "$Seq|unique|list", "$Dict|dictsort($bool, 'value')", "$Int // $Int", "$Num % $Num",
                     "$Rows|groupby('$key')|list", "$Rows|sum(attribute='$key')", "$Seq|sum", "$Any|$anyfilter|$anyfilter", "dict(**$Dict)", "$Any.upper()", "$Seq|sort", "$Any|tojson"],
             "stmt": ["{% include 'nope' %}", "{% include ['nope', 'no'] %}", "{% include missing %}", "{% for x in $any %}{{ x }}{% endfor %}", "{% set x, y = $any %}", "{% call $Str.upper() %}x{% endcall %}", "{{ caller }}", "{{ self }}", "{{ $missing.x }}",
                      "{% from name import lv %}{{ lv }}", "{% set d.a = 1 %}", "{% block z %}$body{% endblock %}", "{% break %}", "{% do 1 %}", "{{ super() }}", "{% macro m9(x, x) %}{% endmacro %}", "{{ m9(a=1, a=2) }}", "{% endif %}", "{% extends 'lib' %}", "{% filter nope %}{% endfilter %}",
                      "{{ 1 is nope }}", "{{ $any", "{% for %}", "{{ f($any, **$dict, *$seq) }}", "{% if no %}{{ 1|nope }}{% endif %}", "{{ $Any|$anyfilter }}"] + ["{{ $any }}{{ $Any|$anyfilter }}"] * 20},
    "do": {"stmt": ["{% do seq.append($any) %}{{ seq }}", "{% do d.update({'a': $any}) %}{{ d }}", "{% set x = $list %}{% do x.$listop %}{{ x }}", "{% set x = $dict %}{% do x.$dictop %}{{ x }}", "{% do $any %}", "{% set x = $list %}{{ x.$listop }}{{ x }}"],
           "listop": ["append($any)", "extend($seq)", "insert($int, $any)", "remove($any)", "reverse()", "sort()", "sort(reverse=$bool)"],
           "dictop": ["update($dict)", "update(a=$any, b=$any)", "setdefault($str, $any)", "pop($str)", "pop($str, none)", "update([($str, $any)])", "clear()", "popitem()"]},
    "loopcontrols": {"loopitem": ["{% if $bool %}{% break %}{% endif %}", "{% if loop.index is odd %}{% continue %}{% endif %}", "{% break %}", "$body{% if $bool %}{% continue %}{% endif %}$body"]},
    "i18n": {"str": ["gettext($str)", "_('Hello')", "ngettext('one', 'many', $int)", "gettext('Hi %(w)s', w=$str)", "ngettext('%(num)s a', '%(num)s as', $int)", "pgettext('menu', 'Open')", "npgettext('menu', 'one', '%(num)d', $int)", "_($str) % {'w': $any}"],
             "stmt": ["{% trans %}Hello{% endtrans %}", "{% trans %}Hi {{ w }}!{% endtrans %}", "{% trans w=$str, i=$int %}{{ w }} 100% {{ i }}{% endtrans %}", "{% trans n=$int %}one {{ n }}{% pluralize %}{{ n }} many{% endtrans %}",
                      "{% trans i=$int, n=$int %}{{ i }} one{% pluralize n %}{{ i }} of {{ n }}{% endtrans %}", "{% trans trimmed %}\n  Hello\n   {{ w }}\n{% endtrans %}", "{% trans notrimmed w=$any %} a\n {{ w }} {% endtrans %}", "{% trans 'menu' %}Open{% endtrans %}",
                      "{% trans 'menu' n=$int %}one{% pluralize %}many {{ n }}{% endtrans %}", "{% trans n=seq|length %}x{% pluralize %}{{ n }} xs{% endtrans %}", "{% trans w=$mk %}<b>{{ w }}</b> %s{% endtrans %}", "{% trans i %}{{ i }}{% pluralize %}{{ i }}s{% endtrans %}"]},
    "line": {"stmt": ["\n% if $bool\n$text\n% endif\n", "\n  % for i in $ints:\n  {{ i }}$body\n%- endfor\n", "\n% set i = $int ## note\n{{ i }} ## note\n", "\n% set x = [1,\n 2]\n{{ x }}\n", "a ## b\n", "## only\n", "\n% for w in $strs\n${print}\n% else\nnone\n% endfor\n"]},
}

DELIMITERS = [("{%", "%}", "{{", "}}", "{#", "#}"), ("<%", "%>", "${", "}", "<%#", "%>"), ("<?", "?>", "<?=", "?>", "<!--", "-->"), ("[%", "%]", "[[", "]]", "[#", "#]"), ("{%", "%}", "<<", ">>", "/*", "*/")]


def pieces(production):
    """A production as literals and the names between them."""
    return [(part[2:-1] if part.startswith("${") else part[1:]) if at % 2 else part
            for at, part in enumerate(re.split(r"(\$\{\w+\}|\$\w+)", production))]


@functools.lru_cache(maxsize=None)
def tables_with(extras):
    """All tables, with those of the extras, and each table's productions that end the recursion soonest."""
    texts = {**EXPRESSIONS, **STATEMENTS, "body": ["$stmt"]}
    for extra in extras:
        for name, productions in EXTRAS[extra].items():
            texts[name] = texts.get(name, []) + productions * 2
    tables = {name: [pieces(p) for p in productions] for name, productions in texts.items()}
    height = {name: 99 for name in tables}

    def of(parts):
        return max((height[name.lower()] + 1 for name in parts[1::2]), default=0)
    for _ in range(6):
        height = {name: min(map(of, productions)) for name, productions in tables.items()}
    return tables, {name: [p for p in productions if of(p) == height[name]] for name, productions in tables.items()}


class Maker:
    """Expands the tables with one random generator."""

    def __init__(self, rng, extras=(), delimiters=DELIMITERS[0]):
        self.rng, self.delimiters = rng, delimiters
        self.tables, self.low = tables_with(tuple(extras))
        self.statements = {"body", *STATEMENTS}
        self.uses = True

    def make(self, name, depth):
        if name == "use" and not self.uses:
            name = "print"
        if name == "body":
            return "".join(self.make("stmt", depth) for _ in range(self.rng.choice((1, 1, 2, 3) if depth > 1 else (0, 1, 1))))
        parts = self.rng.choice(self.tables[name] if depth > 0 else self.low[name])
        out = []
        for at, part in enumerate(parts):
            if at % 2:
                text = self.make(part.lower(), depth - 1)
                out.append(text if part[0].islower() or re.fullmatch(r"\w+|'[^']*'", text) else f"({text})")
            else:
                out.append(self.delimit(part) if name in self.statements else part)
        return "".join(out)

    def delimit(self, text):
        """Jinja's own delimiters as the case's, now and then with whitespace control."""
        def one(match):
            at = ("{%", "%}", "{{", "}}", "{#", "#}").index(match[0])
            dice = self.rng.random()
            sign = "-" if dice < 0.08 else "+" if dice < 0.11 and at != 3 else ""
            return sign + self.delimiters[at] if at % 2 else self.delimiters[at] + sign
        return re.sub(r"\{%|%\}|\{\{|\}\}|\{#|#\}", one, text)
