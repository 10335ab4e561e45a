// Zoom and pan for the timeline. The picture is complete without it: this only changes the part that is shown.
for (const figure of document.querySelectorAll('[data-zoom]')) {
  const svg = figure.querySelector('svg.timeline');
  const frame = figure.querySelector('.picture__wide');
  if (!svg || !frame) continue;
  const width = svg.viewBox.baseVal.width;
  const height = svg.viewBox.baseVal.height;
  let zoom = 1;

  const bar = document.createElement('div');
  bar.className = 'zoom';
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', 'Zoom the timeline');
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  said.className = 'soft';
  const button = (words, action) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = words;
    made.addEventListener('click', action);
    bar.append(made);
    return made;
  };

  const show = (wanted, at = 0.5) => {
    const before = frame.scrollLeft + frame.clientWidth * at;
    const share = before / frame.scrollWidth;
    zoom = Math.min(6, Math.max(1, wanted));
    // The picture is widened along the time only, so that marks that lie upon each other come apart.
    svg.setAttribute('viewBox', `0 0 ${width * zoom} ${height}`);
    for (const part of svg.querySelectorAll('*')) stretch(part, zoom);
    svg.style.width = `${100 * zoom}%`;
    svg.style.minWidth = `${1080 * zoom}px`;
    frame.scrollLeft = share * frame.scrollWidth - frame.clientWidth * at;
    out.disabled = zoom === 1;
    into.disabled = zoom === 6;
    said.textContent = zoom === 1 ? 'Whole time shown' : `${zoom} times`;
    if (frame.scrollWidth > frame.clientWidth) frame.setAttribute('tabindex', '0');
  };

  const left = Number(svg.dataset.left);
  const originals = new WeakMap();
  const stretch = (part, by) => {
    if (!originals.has(part)) {
      const kept = {};
      for (const name of ['x', 'cx', 'x1', 'x2', 'width']) {
        const value = part.getAttribute(name);
        if (value !== null) kept[name] = Number(value);
      }
      originals.set(part, kept);
    }
    const kept = originals.get(part);
    const place = (x) => (x < left - 1 ? x : left + (x - left) * by);
    for (const name of ['x', 'cx', 'x1', 'x2']) {
      if (kept[name] !== undefined && !part.closest('[transform]'))
        part.setAttribute(name, place(kept[name]));
    }
    if (kept.width !== undefined && kept.x >= left - 1) part.setAttribute('width', kept.width * by);
  };

  const into = button('Zoom in', () => show(zoom + 1));
  const out = button('Zoom out', () => show(zoom - 1));
  button('Whole time', () => show(1));
  bar.append(said);
  figure.insertBefore(bar, frame.nextSibling);
  show(1);
  frame.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = frame.getBoundingClientRect();
      show(zoom + (event.deltaY < 0 ? 1 : -1), (event.clientX - box.left) / box.width);
    },
    { passive: false },
  );
}
