/** The part of a history that is shown: moved and zoomed by hand, by wheel and by keys. */

export interface Span {
  min: number;
  max: number;
}

/** Keep a span inside the whole, at least `least` wide. */
export function inside(span: Span, whole: Span, least: number): Span {
  const width = Math.min(Math.max(span.max - span.min, least), whole.max - whole.min);
  const min = Math.min(Math.max(span.min, whole.min), whole.max - width);
  return { min, max: min + width };
}

/** Zoom about a place; a factor under 1 comes closer. */
export function zoomed(span: Span, about: number, factor: number): Span {
  return { min: about - (about - span.min) * factor, max: about + (span.max - about) * factor };
}

/** Move by a share of the width. */
export function moved(span: Span, share: number): Span {
  const by = (span.max - span.min) * share;
  return { min: span.min + by, max: span.max + by };
}

/** A hand on the chart. `at` turns a place on the screen into a value, `tapped` is a press without a move. */
export interface Hand {
  span: () => Span;
  at: (clientX: number) => number;
  width: () => number;
  show: (span: Span) => void;
  tapped: (clientX: number, touch: boolean) => void;
}

const MOVED_PX = 6;

/** Let a mouse, a finger or two, and a wheel move the chart. */
export function followHand(element: HTMLElement, hand: Hand): void {
  const held = new Map<number, number>();
  let from: Span = { min: 0, max: 0 };
  let start = 0;
  let gap = 0;
  let middle = 0;
  let dragged = false;

  const begin = (): void => {
    const places = [...held.values()];
    from = hand.span();
    start = places[0] ?? 0;
    gap = Math.abs((places[1] ?? start) - start);
    middle = hand.at((start + (places[1] ?? start)) / 2);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held.set(event.pointerId, event.clientX);
    if (held.size === 1) dragged = false;
    begin();
  });
  element.addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId)) return;
    held.set(event.pointerId, event.clientX);
    const places = [...held.values()];
    if (places.length > 1) {
      dragged = true;
      const now = Math.abs((places[1] ?? 0) - (places[0] ?? 0));
      if (gap > 0 && now > 0) hand.show(zoomed(from, middle, gap / now));
      return;
    }
    const by = event.clientX - start;
    if (!dragged && Math.abs(by) < MOVED_PX) return;
    if (!dragged) element.setPointerCapture(event.pointerId);
    dragged = true;
    hand.show(moved(from, -by / hand.width()));
  });
  const end = (event: PointerEvent): void => {
    if (!held.delete(event.pointerId)) return;
    if (event.type === "pointerup" && !dragged) hand.tapped(event.clientX, event.pointerType === "touch");
    if (held.size) begin();
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener(
    "wheel",
    (event) => {
      // A plain wheel scrolls the page; with Ctrl, and by pinching a touchpad, it zooms.
      if (event.ctrlKey) {
        event.preventDefault();
        hand.show(zoomed(hand.span(), hand.at(event.clientX), Math.exp(event.deltaY / 200)));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        hand.show(moved(hand.span(), event.deltaX / hand.width()));
      }
    },
    { passive: false },
  );
}
