// Asks the index that stands in the page. Nothing is fetched, nothing is sent, nothing is kept.
(() => {
  const index = JSON.parse(document.getElementById("index").textContent);
  const form = document.getElementById("search");
  const box = form.elements.namedItem("q");
  const status = document.getElementById("hits");
  const list = document.getElementById("results");
  const more = document.getElementById("more");
  const language = document.documentElement.lang;
  const FIRST = 30;
  const STEM = 5; // letters of a stem, at least

  const words = text => [...new Set(text.toLocaleLowerCase(language).normalize("NFC").match(/\p{L}+|\p{N}+/gu))];
  const lemma = word => Object.hasOwn(index.lemmas, word) ? index.lemmas[word] : word;

  const split = index.texts.map(words);
  const known = [...new Set(split.flat())];
  const whole = new Set([...known, ...Object.values(index.lemmas)]);
  const ending = new RegExp(`^(?:${index.endings})$`, "u");

  // How alike two words are, 0 to 5: the same; forms of one word; begun as it was typed, or a part of a compound; an
  // ending more; or kin, which lemmas leave apart: one stem, and after it nothing but endings (yksinäi-nen, -syys).
  // A common beginning alone joins nothing: keskusta is no keskustelu.
  const alike = (asked, word) => {
    if (asked === word) return 5;
    if (lemma(asked) === lemma(word)) return 4;
    if (asked.length >= 3 && word.startsWith(asked)) return 3;
    if (asked.length >= 5 && word.includes(asked)) return 3;
    return Math.max(...[asked, lemma(asked)].flatMap(one => [word, lemma(word)].map(other => near(one, other))));
  };
  // Finnish stems change at their end: vanhemm-at, vanhemp-ien; hyvinvoinn-ista, hyvinvoint-i.
  const strong = word => language !== "fi" ? word
    : word.replace(/mm/g, "mp").replace(/ng/g, "nk").replace(/([nlr])\1/g, "$1t");
  const near = (asked, word) => {
    if (asked.length >= 4 && word.startsWith(asked) && whole.has(word.slice(asked.length))) return 3;
    if (asked.length >= 5 && word.endsWith(asked)) return 3;
    if (word.length >= 4 && asked.startsWith(word) && ending.test(asked.slice(word.length))) return 2;
    const [left, right] = [strong(asked), strong(word)];
    let stem = 0;
    while (stem < Math.min(left.length, right.length) && left[stem] === right[stem]) stem += 1;
    for (; stem >= STEM; stem -= 1) {
      if (ending.test(asked.slice(stem)) && ending.test(word.slice(stem))) return 1;
    }
    return 0;
  };

  // Entries that answer most of the words asked for, the best first; a word of the title counts three times.
  const find = query => {
    const asked = words(query).map(one => new Map(known.map(word => [word, alike(one, word)])));
    const best = (likeness, text) => Math.max(0, ...split[text].map(word => likeness.get(word)));
    const scored = index.entries.map(([page, anchor, title, told], order) => {
      const [href, where, topic] = index.pages[page];
      const each = asked.map(likeness => 3 * best(likeness, title) + 2 * best(likeness, where)
        + 2 * best(likeness, topic) + best(likeness, told));
      return {
        href: anchor ? `${href}#${anchor}` : href, title: index.texts[title], where: index.texts[where],
        topic: index.texts[topic], order, answered: each.filter(Boolean).length,
        score: each.reduce((sum, one) => sum + one, 0),
      };
    });
    const most = Math.max(1, ...scored.map(one => one.answered));
    return scored.filter(one => one.answered === most).sort((a, b) => b.score - a.score || a.order - b.order);
  };

  const item = one => {
    const link = document.createElement("a");
    const place = document.createElement("span");
    link.href = one.href;
    link.textContent = one.title;
    place.textContent = [one.where, one.topic].filter(text => text !== one.title).join(" · ");
    if (place.textContent) link.append(" ", place);
    const entry = document.createElement("li");
    entry.append(link);
    return entry;
  };

  const show = (whole = false) => {
    const query = box.value.trim();
    const hits = words(query).length ? find(query) : [];
    const shown = whole ? hits : hits.slice(0, FIRST);
    list.replaceChildren(...shown.map(item));
    more.hidden = shown.length === hits.length;
    status.textContent = !query ? "" : hits.length === 0 ? status.dataset.none
      : hits.length === 1 ? status.dataset.one : status.dataset.many.replace("{n}", hits.length);
  };

  // The address keeps what was asked, so that the way back from a hit leads to the same hits.
  const kept = () => `#${encodeURIComponent(box.value.trim())}`;
  const asked = () => {
    if (kept() === location.hash) return;
    box.value = decodeURIComponent(location.hash.slice(1));
    show();
  };
  box.addEventListener("input", () => show());
  more.addEventListener("click", () => { show(true); list.children[FIRST].firstChild.focus(); });
  form.addEventListener("submit", event => {
    event.preventDefault();
    location.hash = kept();
    list.querySelector("a")?.focus();
  });
  list.addEventListener("click", () => history.replaceState(null, "", kept()));
  addEventListener("hashchange", asked);
  form.hidden = false;
  box.focus();
  asked();
  window.sujuva = { find, alike };
})();
