// SPDX-License-Identifier: EUPL-1.2
// node charts.mjs script   NODE_MODULES ENTRY.mjs > charts.js      the script with what it uses of ECharts
// node charts.mjs world    NODE_MODULES           > world.json     boundaries, by ISO 3166-1 alpha-2
// node charts.mjs licences NODE_MODULES           > licences.txt   what those who made the parts ask for
//
// Run by make; nothing of npm is needed after that.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [what, modules, entry] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "x.js"));
const text = (...path) => readFileSync(join(modules, ...path), "utf8").trim();
const version = (name) => JSON.parse(text(name, "package.json")).version;

const PARTS = [
  ["echarts", "Apache-2.0", ["NOTICE", "LICENSE", "licenses/LICENSE-d3"]],
  ["zrender", "BSD-3-Clause", ["LICENSE"]],
  ["tslib", "0BSD", ["LICENSE.txt"]],
  ["topojson-client", "ISC", ["LICENSE"]],
  ["world-atlas", "ISC; Natural Earth's boundaries are in the public domain", ["LICENSE"]],
];

async function script() {
  const { build } = require("esbuild");
  const listed = PARTS.map(([name, licence]) => ` * ${name} ${version(name)}: ${licence}`).join("\n");
  const done = await build({
    entryPoints: [entry],
    nodePaths: [resolve(modules)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2020",
    define: { "process.env.NODE_ENV": '"production"' },
    legalComments: "none",
    banner: {
      js: `/*!\n * Concord: EUPL-1.2, with parts of\n${listed}\n * Copyright and licences: licences.txt beside this file\n */`,
    },
  });
  return done.outputFiles[0].text;
}

function licences() {
  const all = PARTS.flatMap(([name, licence, files]) => [
    `${"=".repeat(80)}\n${name} ${version(name)}: ${licence}\n${"=".repeat(80)}`,
    ...files.map((file) => text(name, file)),
  ]);
  return all.join("\n\n") + "\n";
}

// The outline's biggest ring, as [longitude, latitude].
const area = (ring) => Math.abs(ring.reduce((sum, [x, y], i) => {
  const [u, v] = ring[(i + 1) % ring.length];
  return sum + x * v - u * y;
}, 0));
const biggest = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates)
  .map((polygon) => polygon[0]).reduce((a, b) => (area(b) > area(a) ? b : a));

// Those that the finer boundaries do not show by themselves either.
const SMALL = [
  ["BQ", -68.3, 12.2], ["CC", 96.8, -12.2], ["CX", 105.7, -10.5], ["GF", -53.1, 3.9], ["GI", -5.4, 36.1],
  ["GP", -61.6, 16.3], ["MQ", -61, 14.6], ["RE", 55.5, -21.1], ["SJ", 16, 78.5], ["TK", -171.8, -9.2],
  ["TV", 179.2, -8.5], ["YT", 45.2, -12.8],
];

// Shapes without a number of ISO 3166-1, and whose they are: the map draws what the list `country` has numbers for. That
// is ISO 3166-1 and XK, by which IATI and others count Kosovo (Security Council resolution 1244).
const PART_OF = { Somaliland: "SO", "N. Cyprus": "CY", Kosovo: "XK" };

// Coarse boundaries, without names: those are the registry's. Countries that are too small for them
// become a small circle where they lie, so that nobody is missing.
function world() {
  const { feature, mergeArcs } = require("topojson-client");
  const alpha2 = new Map(require("iso-3166-1").all().map((c) => [c.numeric, c.alpha2]));
  const coarse = JSON.parse(text("world-atlas", "countries-110m.json"));
  const fine = JSON.parse(text("world-atlas", "countries-50m.json"));
  const known = new Set(coarse.objects.countries.geometries.map((g) => g.id));
  const byCode = new Map();
  for (const shape of coarse.objects.countries.geometries.filter((g) => g.id !== "010")) {
    const code = alpha2.get(shape.id) ?? PART_OF[shape.properties.name];
    if (!code) throw new Error(`boundaries: whose is ${shape.properties.name}?`);
    byCode.set(code, [...(byCode.get(code) ?? []), shape]);
  }
  const shapes = [...byCode].map(([id, parts]) => {
    const { type, arcs } = parts.length === 1 ? parts[0] : mergeArcs(coarse, parts);
    return { type, arcs, id };
  });
  const dots = feature(fine, fine.objects.countries).features
    .filter((f) => alpha2.has(f.id) && !known.has(f.id))
    .map((f) => {
      const ring = biggest(f.geometry);
      const middle = (at) => (Math.min(...ring.map((p) => p[at])) + Math.max(...ring.map((p) => p[at]))) / 2;
      return [alpha2.get(f.id), Number(middle(0).toFixed(1)), Number(middle(1).toFixed(1))];
    });
  const countries = { type: "GeometryCollection", geometries: shapes };
  const { transform, arcs, type } = coarse;
  return JSON.stringify({ topology: { type, transform, arcs, objects: { countries } }, dots: [...dots, ...SMALL] }) + "\n";
}

process.stdout.write(await { script, world, licences }[what]());
