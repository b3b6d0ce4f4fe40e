// SPDX-License-Identifier: EUPL-1.2
// What a chart draws: the table that stands in its figure, read as people read it.

const words = (cell) => cell.textContent.trim().replace(/\s+/g, " ");
const idOf = (cell) => cell.querySelector("a")?.pathname.split("/").pop() ?? words(cell);
const number = (cell) => Number(words(cell)) || 0;

// { title, series: ["Partnerships", ..], rows: [{ code, name, other, id, otherId, href, values: [3, ..] }] }, without the
// columns that stand beside.
export function readTable(figure) {
  const table = figure.querySelector("table");
  const heads = [...table.querySelectorAll("thead th")];
  const names = table.querySelectorAll("tbody tr:first-child th").length;
  const drawn = heads.map((head, at) => at).slice(names).filter((at) => heads[at].dataset.beside === undefined);
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => ({
    code: row.dataset.code ?? "",
    name: words(row.cells[0].firstElementChild ?? row.cells[0]),
    other: names > 1 ? words(row.cells[1]) : "", // of a table of pairs
    id: idOf(row.cells[0]),
    otherId: names > 1 ? idOf(row.cells[1]) : "",
    href: row.querySelector("a")?.href,
    values: drawn.map((at) => number(row.cells[at])),
  }));
  return { title: words(figure.querySelector("figcaption")), series: drawn.map((at) => words(heads[at])), rows };
}
