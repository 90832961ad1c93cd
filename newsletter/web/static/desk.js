// Extras only: every form works without this. Lenses change in place, a sending shows how far it is, and the list stays where it was after a post.

const PLACE = "desk-place";

function keepPlace() {
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", () => {
      sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, y: scrollY }));
    });
  }
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  sessionStorage.removeItem(PLACE);
  if (kept?.path === location.pathname && !location.hash) scrollTo({ top: kept.y, behavior: "instant" });
}

function changeLensesInPlace() {
  const frame = document.querySelector(".letter iframe");
  const links = [...document.querySelectorAll("a[data-lens]")];
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || !frame) return;
      event.preventDefault();
      const lens = link.dataset.lens;
      frame.className = `lens-${lens}`;
      frame.src = frame.src.replace(/lens=[a-z-]+/, `lens=${lens}`);
      for (const other of links) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "page");
      history.replaceState(null, "", link.href);
    });
  }
}

const EACH = 3000;

function keepProgressFresh() {
  const place = document.querySelector("[data-refresh]");
  if (!place) return;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.pathname + location.search).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#progress");
    if (!fresh) return;
    place.replaceChildren(...fresh.childNodes);
    if (!fresh.hasAttribute("data-refresh")) {
      clearInterval(timer);
      location.replace(location.pathname + location.search.replace(/([?&])(did|count)=[^&]*/g, "$1"));
    }
  }, EACH);
}

keepPlace();
keepProgressFresh();
changeLensesInPlace();
