// SPDX-License-Identifier: EUPL-1.2
// Draws <figure data-chart="bars|network|world"> from the table in it. Without this the table stands
// alone and says the same.
import { init, use } from "echarts/core";
import { BarChart, GraphChart, MapChart } from "echarts/charts";
import { GridComponent, LegendPlainComponent, TitleComponent, TooltipComponent, VisualMapPiecewiseComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import * as bars from "./bars.mjs";
import * as network from "./network.mjs";
import * as world from "./world.mjs";
import { isRtl, phrase, SOFT } from "./look.mjs";
import { readTable } from "./table.mjs";

use([BarChart, GraphChart, MapChart, GridComponent, LegendPlainComponent, TitleComponent, TooltipComponent, VisualMapPiecewiseComponent, SVGRenderer]);

const KINDS = { bars, network, world };
const DOWNLOAD_WIDTH = 1000;
const HEAD = 60;
const LISTED = 18; // a line of the list of names
const PAPER_WIDTH = 700; // of A4 and Letter, within their margins

// A picture that stands alone: its title above, below what the page says about it.
function picture(kind, data, figure) {
  const notes = [...figure.querySelectorAll("[data-note]")].map((e) => e.textContent.trim().replace(/\s+/g, " "));
  const inner = kind.height(data, DOWNLOAD_WIDTH);
  const list = kind.legend?.(data, DOWNLOAD_WIDTH) ?? [];
  const listed = LISTED * Math.ceil(list.length / 2);
  const height = inner + HEAD + listed + 20 * notes.length + 20;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: DOWNLOAD_WIDTH, height });
  const made = kind.options(data, DOWNLOAD_WIDTH, figure);
  const side = isRtl() ? { right: 16, textAlign: "right" } : { left: 16 };
  const moved = (part, at) => part && { ...part, [at]: (Number(part[at]) || 0) + (at === "top" ? HEAD : listed + 20 * notes.length + 20) };
  const column = DOWNLOAD_WIDTH / 2;
  const small = (text, top, width, from = 0) => ({
    text: phrase(text),
    top,
    textStyle: { fontSize: 11, fontWeight: "normal", color: SOFT, width: width - 32, overflow: "truncate" },
    ...(isRtl() ? { right: from + 16, textAlign: "right" } : { left: from + 16 }),
  });
  chart.setOption({
    ...made,
    tooltip: undefined,
    backgroundColor: "#fff",
    title: [
      { text: phrase(data.title), top: 14, textStyle: { fontSize: 18 }, ...side },
      ...list.map((name, i) => small(`${i + 1}. ${name}`, HEAD + inner + LISTED * Math.floor(i / 2), column, i % 2 * column)),
      ...notes.map((note, i) => small(note, height - 20 * (notes.length - i) - 8, DOWNLOAD_WIDTH)),
    ],
    legend: moved(made.legend, "top"),
    grid: moved(moved(made.grid, "top"), "bottom"),
    visualMap: moved(made.visualMap, "bottom"),
    series: made.series.map((s) => (s.type === "bar" ? s : moved(moved(s, "top"), "bottom"))),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function addDownload(figure, make) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-secondary";
  button.textContent = figure.dataset.download;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([make()], { type: "image/svg+xml" }));
    link.download = `${figure.dataset.file}.svg`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  figure.querySelector(".cc-chart-ways").prepend(button);
}

function listNames(box, names) {
  const list = document.createElement("ol");
  list.className = "cc-chart-names";
  list.append(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  box.nextElementSibling.matches("ol") && box.nextElementSibling.remove();
  if (names.length > 0) box.after(list);
}

async function draw(figure) {
  const kind = KINDS[figure.dataset.chart];
  const data = readTable(figure);
  if (!data.rows.some((row) => row.values.some((value) => value > 0))) return; // an axis without anything says nothing
  await kind.prepare?.();
  const box = document.createElement("div");
  box.className = "cc-chart-drawing";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", data.title);
  figure.querySelector("figcaption").after(box);
  const chart = init(box, null, { renderer: "svg", width: box.clientWidth, height: kind.height(data, box.clientWidth) });
  const show = (width) => {
    box.style.height = `${kind.height(data, width)}px`;
    chart.resize({ width, height: kind.height(data, width) });
    chart.setOption(kind.options(data, width, figure), { notMerge: true });
    listNames(box, kind.legend?.(data, width) ?? []);
  };
  chart.on("click", ({ name, dataIndex, seriesType }) => {
    const row = seriesType === "map" ? data.rows.find((r) => r.code === name) : seriesType === "bar" ? data.rows[dataIndex] : undefined;
    if (row?.href) location.assign(row.href);
  });
  let known = 0;
  new ResizeObserver(() => {
    if (box.clientWidth !== known) show(box.clientWidth);
    known = box.clientWidth;
  }).observe(box);
  const table = figure.querySelector("details");
  if (figure.dataset.shut) table.open = false;
  // Paper is as wide as it is; what is drawn for it may still be made smaller, with all that is in it.
  let isOpen;
  addEventListener("beforeprint", () => {
    isOpen = table.open;
    table.open = true;
    show(PAPER_WIDTH);
    box.querySelector("svg").setAttribute("viewBox", `0 0 ${PAPER_WIDTH} ${kind.height(data, PAPER_WIDTH)}`);
  });
  addEventListener("afterprint", () => {
    table.open = isOpen;
    box.querySelector("svg").removeAttribute("viewBox");
    show(box.clientWidth);
  });
  addDownload(figure, () => picture(kind, data, figure));
  figure.dataset.drawn = "yes";
}

// What cannot be drawn leaves the table as it is.
for (const figure of document.querySelectorAll("figure[data-chart]")) {
  draw(figure).catch((error) => console.warn(`chart: ${error.message}`));
}
