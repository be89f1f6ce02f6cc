// Moves from slide to slide by keys and by what presenters hold in their hands; links do the same without it.
(() => {
  const deck = document.querySelector(".deck");
  const slides = [...document.querySelectorAll(".slide")];
  const abreast = matchMedia("(min-width: 40.01rem)");
  const far = slide => Math.abs(slide.offsetLeft - deck.offsetLeft - deck.scrollLeft);
  const now = () => slides.reduce((best, slide, at) => far(slide) < far(slides[best]) ? at : best, 0);

  const go = number => {
    const slide = slides[Math.max(0, Math.min(slides.length - 1, number))];
    deck.scrollLeft = slide.offsetLeft - deck.offsetLeft;
    slide.scrollTop = 0;
    slide.focus({ preventScroll: true });
    history.replaceState(null, "", `#${slide.id}`);
  };

  // A slide that is taller than the window is read to its end before the next one comes.
  const read = (number, way) => {
    const slide = slides[number];
    const left = way > 0 ? slide.scrollHeight - slide.clientHeight - slide.scrollTop : slide.scrollTop;
    if (left < 2) go(number + way);
    else slide.scrollTop += way * Math.min(left, 0.85 * slide.clientHeight);
  };
  const moves = {
    ArrowRight: at => go(at + 1), ArrowLeft: at => go(at - 1), Home: () => go(0), End: () => go(slides.length - 1),
    ArrowDown: at => read(at, 1), PageDown: at => read(at, 1), ArrowUp: at => read(at, -1), PageUp: at => read(at, -1),
  };
  addEventListener("keydown", event => {
    const move = event.key === " " ? at => read(at, event.shiftKey ? -1 : 1) : moves[event.key];
    if (!move || !abreast.matches || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(now());
  });
})();
