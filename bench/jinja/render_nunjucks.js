// SPDX-License-Identifier: BSD-3-Clause
// The page of render_bench.cpp by nunjucks: renders a second as JSON.
const nunjucks = require("nunjucks");

const [folder, milliseconds] = [process.argv[2], Number(process.argv[3] || 100)];
const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), { autoescape: true });
const cycle = () => {
  let at = 0;
  return (...values) => values[at++ % values.length];
};

function context(rows) {
  const posts = [];
  for (let i = 0; i < rows; i++)
    posts.push({ id: i, title: `Post <number> ${i} & more`, author: `author${i % 7}`, score: (i * 7) % 101 });
  return {
    title: "All posts",
    site: "Retort",
    year: 2026,
    navigation: [
      { href: "/", caption: "Home", active: true },
      { href: "/posts", caption: "Posts", active: false },
      { href: "/about", caption: "About & more", active: false },
      { href: "/login", caption: "Log in", active: false },
    ],
    posts,
  };
}

function measure(run) {
  let runs = 0;
  const begin = process.hrtime.bigint();
  let now = begin;
  while (now < begin + BigInt(milliseconds) * 1000000n) {
    run();
    runs++;
    now = process.hrtime.bigint();
  }
  return runs / (Number(now - begin) / 1e9);
}

// nunjucks has no loop.cycle: its page uses a cycler of its own.
const fs = require("fs");
const table = fs.readFileSync(`${folder}/table.html`, "utf8").replace("loop.cycle", "cycle");
const page = nunjucks.compile(table, environment);
for (const rows of [12, 1000]) {
  const data = context(rows);
  let best = 0;
  for (let round = 0; round < 5; round++)
    best = Math.max(best, measure(() => page.render({ ...data, cycle: cycle() })));
  console.log(JSON.stringify({ rows, nunjucks: best }));
}
