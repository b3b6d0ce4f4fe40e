// SPDX-License-Identifier: EUPL-1.2
// node css.mjs ltr|rtl NODE_MODULES OWN.css FILE... > out.css
//
// Writes Bootstrap reduced to what the FILEs (templates and C that name classes) use, then our own
// stylesheet. Run by make; nothing of npm is needed after that.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [direction, modules, own, ...content] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "x.js"));
const { PurgeCSS } = require("purgecss");

const file = direction === "rtl" ? "bootstrap.rtl.css" : "bootstrap.css";
const css = readFileSync(join(modules, "bootstrap", "dist", "css", file), "utf8");
const [used] = await new PurgeCSS().purge({
  content,
  css: [{ raw: css }],
  variables: true,
  keyframes: true,
  fontFace: true,
  // "%" lines and {{ }} hold C; splitting on anything that is no name finds classes in both.
  defaultExtractor: (text) => text.match(/[A-Za-z][A-Za-z0-9_-]*/g) ?? [],
});
process.stdout.write(used.css.replace(/\/\*# sourceMappingURL=.*?\*\//g, ""));
process.stdout.write("\n" + readFileSync(own, "utf8"));
