/** Adds a reading line with one tooltip and dots to each chart, for pointer, touch and keyboard; the line of code that ran lights up. */
for (const charts of document.querySelectorAll<HTMLElement>('.charts[data-unit]')) {
  const [slider, tooltip] = [document.createElement('div'), document.createElement('div')];
  tooltip.className = 'tooltip';
  tooltip.ariaHidden = 'true';
  /** For each sample: the lines that ran, as [per mille of the axis, line]. */
  const ran = Object.entries(JSON.parse(charts.dataset['lines'] ?? '{}') as Record<string, string>).map(
    ([name, text]) => [name, text.split(' ').map((pair) => pair.split(':').map(Number) as [number, number])] as const,
  );
  const plots = [...charts.querySelectorAll<SVGGElement>('.plot')].map((plot) => {
    const [width, height, maxX, maxY] = (plot.dataset['box'] ?? '').split(' ').map(Number) as [number, number, number, number];
    const add = (name: string, attributes: Readonly<Record<string, string>>) => {
      const shape = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries({ class: 'reading', ...attributes })) shape.setAttribute(key, value);
      return shape;
    };
    const line = plot.appendChild(add('line', { y2: `${height}` }));
    const series = [...plot.querySelectorAll<SVGGElement>('.series')].flatMap((item) => {
      const path = item.querySelector('.line')?.getAttribute('d');
      if (!path) return [];
      const points = path
        .slice(1)
        .split('L')
        .map((pair) => pair.split(',').map(Number) as [number, number]);
      return [
        {
          name: item.dataset['name'] ?? '',
          ink: item.getAttribute('class') ?? '',
          points,
          dot: item.appendChild(add('circle', { r: '4' })),
        },
      ];
    });
    const panel = plot.parentElement?.querySelector('.panel-title')?.textContent ?? '';
    /** Moves line and dots, and returns the values there. */
    const read = (share: number) => {
      line.setAttribute('transform', `translate(${share * width})`);
      return series.map(({ name, ink, points, dot }) => {
        const at = Math.max(
          0,
          points.findLastIndex(([x]) => x <= share * width),
        );
        const [[x0, y0], [x1, y1]] = [points[at] as [number, number], points[at + 1] ?? (points[at] as [number, number])];
        // As the line is drawn: straight from point to point.
        const y = x1 > x0 ? y0 + ((y1 - y0) * Math.max(0, share * width - x0)) / (x1 - x0) : y0;
        dot.setAttribute('cx', `${share * width}`);
        dot.setAttribute('cy', `${y}`);
        return { name, ink, size: `${+((1 - y / height) * (maxY / 1e6)).toPrecision(3)} MB` };
      });
    };
    return { plot, panel, width, maxX, read };
  });
  let at = 1;
  let lit: Element[] = [];
  const hide = () => {
    charts.classList.remove('reads');
    for (const row of lit) row.classList.remove('lit');
    lit = [];
  };
  const show = (share: number, near = plots.find(({ plot }) => plot.getClientRects().length > 0)) => {
    hide();
    at = Math.max(0, Math.min(1, share));
    const where = `${charts.dataset['unit']} ${Math.round(at * (near?.maxX ?? 0)).toLocaleString('en')}`;
    const all = plots.filter(({ plot }) => plot.getClientRects().length > 0).map(({ panel, read }) => ({ panel, values: read(at) }));
    const lines = ran.flatMap(([name, places]) => {
      const line = places.findLast(([place]) => place <= at * 1000)?.[1];
      const row = line === undefined ? null : document.getElementById(`${name}-L${line}`);
      if (row === null) return [];
      row.classList.add('lit');
      lit.push(row);
      return [[name, line] as const];
    });
    const rows = all.flatMap(({ panel, values }) => [
      ...(all.length > 1 ? [['b', panel] as const] : []),
      ...values.map(({ name, ink, size }) => [ink, `${name} ${size}`] as const),
    ]);
    tooltip.replaceChildren(
      ...[['b', where] as const, ...rows, ...lines.map(([name, line]) => ['i', `${name}: line ${line}`] as const)].map(([kind, text]) => {
        const row = document.createElement(kind.length === 1 ? kind : 'span');
        if (kind.length > 1) row.className = kind.replace('series ', '');
        row.textContent = text;
        return row;
      }),
    );
    const box = near?.plot.getBoundingClientRect();
    const own = charts.getBoundingClientRect();
    if (near && box) {
      const scale = near.plot.getScreenCTM()?.a ?? 1;
      const x = (near.plot.getScreenCTM()?.e ?? 0) - own.left + at * near.width * scale;
      const wide = tooltip.offsetWidth || 150;
      tooltip.style.left = `${Math.max(0, Math.min(own.width - wide, x + 12 + wide > own.width ? x - 12 - wide : x + 12))}px`;
      tooltip.style.top = `${box.top - own.top + 8}px`;
    }
    charts.classList.add('reads');
    slider.ariaValueNow = `${Math.round(at * 100)}`;
    slider.ariaValueText =
      `${where}. ` +
      all.map(({ panel, values }) => `${panel}: ${values.map(({ name, size }) => `${name} ${size}`).join(', ')}. `).join('') +
      lines.map(([name, line]) => `${name} is in line ${line}. `).join('');
  };
  Object.assign(slider, { className: 'slider', tabIndex: 0, role: 'slider', ariaLabel: 'Read the chart', ariaValueNow: '100' });
  slider.onkeydown = (event) => {
    const step = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 }[
      event.key
    ];
    if (event.key === 'Escape') hide();
    if (step === undefined) return;
    event.preventDefault();
    show(at + step);
  };
  slider.onfocus = () => show(at);
  slider.onblur = hide;
  const follow = ({ clientX, clientY }: PointerEvent) => {
    for (const each of plots) {
      const box = each.plot.parentElement?.getBoundingClientRect();
      const matrix = each.plot.getScreenCTM();
      if (!box || !matrix || box.width === 0) continue;
      const share = (clientX - matrix.e) / (each.width * matrix.a);
      if (clientY > box.top && clientY < box.bottom && share >= 0 && share <= 1) show(share, each);
    }
  };
  charts.onpointermove = follow;
  // A finger leaves when it is lifted: what it showed stays until it touches elsewhere.
  charts.onpointerdown = follow;
  charts.onpointerleave = ({ pointerType }) => pointerType === 'mouse' && hide();
  document.addEventListener('pointerdown', ({ target }) => target instanceof Node && !charts.contains(target) && hide());
  charts.append(slider, tooltip);
}
