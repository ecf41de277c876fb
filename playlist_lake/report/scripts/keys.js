// Keys of the search: `/` goes to it, and the arrows go to its results.

const TYPED_IN = "input, select, textarea";

/**
 * Listen to the keys; call it once.
 * @param {HTMLInputElement} search
 */
export function listenToKeys(search) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
    if (event.key === "/" && !event.target.matches(TYPED_IN)) {
      search.focus();
      search.select();
      event.preventDefault();
    } else if (moveAmongResults(search, event.target, event.key)) event.preventDefault();
  });
}

/**
 * Go from the search to the first result, or from a result to its neighbour; tells if it did.
 * @param {HTMLInputElement} search
 * @param {Element} from
 * @param {string} key
 */
function moveAmongResults(search, from, key) {
  const step = key === "ArrowDown" || (key === "Enter" && from === search) ? 1 : key === "ArrowUp" ? -1 : 0;
  const results = [...document.querySelectorAll("main .results li")];
  const stops = [search, ...results.map((result) => result.querySelector("a"))];
  const at = from === search ? 0 : results.findIndex((result) => result.contains(from)) + 1;
  if (!step || (!at && from !== search)) return false;
  const next = stops[at + step];
  next?.focus();
  return Boolean(next);
}
