// What makes a page easier to use; nothing of it is needed to read it.
(() => {
  const told = document.currentScript.dataset;
  const language = document.documentElement.lang;

  // Contents and regions are open where there is room, and folded on a phone.
  const wide = matchMedia("(min-width: 72rem)");
  const fold = () => document.querySelectorAll("details.fold").forEach(one => { one.open = wide.matches; });
  wide.addEventListener("change", fold);
  fold();

  // A link into something folded opens it.
  const unfold = () => {
    const aim = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = aim; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (aim) aim.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();

  // What a word of the glossary means stands under it, or above where there is no room, inside the window. It stays
  // while pointer or focus is on either; Escape sends it away. Where there is no pointer the first tap shows it.
  const place = term => {
    const tip = term.querySelector(".tip");
    const word = term.querySelector("a").getClientRects()[0];
    tip.style.left = tip.style.top = "0";
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(16, Math.min(word.left, document.documentElement.clientWidth - width - 16))}px`;
    tip.style.top = `${word.bottom + height < innerHeight ? word.bottom : word.top - height}px`;
  };
  const terms = [...document.querySelectorAll(".term")];
  const on = term => term.matches(":hover, :focus-within, .open");
  const left = term => requestAnimationFrame(() => { if (!on(term)) term.classList.remove("away"); });
  terms.forEach(term => {
    for (const one of ["pointerenter", "focusin"]) term.addEventListener(one, event => {
      if (!term.contains(event.relatedTarget)) term.classList.remove("away"); // who comes back is told again
      place(term);
    });
    for (const one of ["pointerleave", "focusout"]) term.addEventListener(one, () => left(term));
    term.addEventListener("click", event => {
      if (event.pointerType !== "touch" || term.classList.contains("open")) return;
      event.preventDefault();
      term.classList.add("open");
      place(term);
    });
  });
  document.addEventListener("pointerdown", event => {
    for (const term of terms) if (!term.contains(event.target)) term.classList.remove("open");
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") terms.filter(on).forEach(term => { term.classList.remove("open"); term.classList.add("away"); });
  });
  addEventListener("scroll", () => terms.filter(on).forEach(place), { capture: true, passive: true });

  // The number that a cell begins with, as readers of this language write it; none in a dash or a word.
  const number = text => {
    const found = text.replace(/\u2212/g, "-").replace(/[\s\u00a0\u2060]/g, "").match(/^[<>≤≥]?(-?\d[\d.,]*)/);
    return found ? Number(language === "en" ? found[1].replace(/,/g, "") : found[1].replace(",", ".")) : NaN;
  };
  const compare = new Intl.Collator(language, { numeric: true }).compare;

  let boxes = 0;
  document.querySelectorAll("main table:not(.fixed)").forEach(table => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    if (rows.length < 3 || table.querySelector("[colspan], [rowspan]")) return;
    const text = (row, column) => row.cells[column].textContent.trim();

    // A heading sorts upwards, then downwards, then as the rows stood. The whole stays first, what is no number last.
    const whole = rows.filter(row => row.classList.contains("whole"));
    const parts = rows.filter(row => !whole.includes(row));
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      const order = (a, b) => {
        if (!heading.classList.contains("num")) return compare(text(a, column), text(b, column));
        return number(text(a, column)) - number(text(b, column));
      };
      const without = row => heading.classList.contains("num") && Number.isNaN(number(text(row, column)));
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: null }[heading.getAttribute("aria-sort")];
        const way = next === undefined ? "ascending" : next;
        for (const one of table.tHead.rows[0].cells) one.removeAttribute("aria-sort");
        if (way) heading.setAttribute("aria-sort", way);
        const sorted = parts.filter(row => !without(row));
        sorted.sort((a, b) => way === "descending" ? order(b, a) : order(a, b));
        body.append(...(way ? [...whole, ...sorted, ...parts.filter(without)] : rows));
      });
    });

    if (rows.length < 9) return;
    const label = document.createElement("label");
    const box = document.createElement("input");
    const shown = document.createElement("span");
    box.type = "search";
    box.id = `rows-${boxes += 1}`;
    label.htmlFor = box.id;
    label.textContent = told.filter;
    shown.setAttribute("role", "status");
    const filter = document.createElement("p");
    filter.className = "filter";
    filter.append(label, " ", box, " ", shown);
    table.parentElement.before(filter);
    const seen = row => {
      const copy = row.cloneNode(true);
      copy.querySelectorAll(".tip").forEach(one => one.remove());
      return copy.textContent.toLocaleLowerCase(language);
    };
    const texts = new Map(rows.map(row => [row, seen(row)]));
    box.addEventListener("input", () => {
      const asked = box.value.toLocaleLowerCase(language).trim();
      for (const row of rows) row.hidden = !texts.get(row).includes(asked);
      const n = rows.filter(row => !row.hidden).length;
      shown.textContent = asked ? told.shown.replace("{n}", n).replace("{all}", rows.length) : "";
    });
  });
})();
