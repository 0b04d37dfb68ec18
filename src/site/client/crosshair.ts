/** Adds a reading line through all panels of a chart, for pointer and keyboard. */
for (const charts of document.querySelectorAll<HTMLElement>('.charts[data-unit]')) {
  const slider = document.createElement('div');
  const plots = [...charts.querySelectorAll<SVGGElement>('.plot')].map((plot) => {
    const [width, height, maxX, maxY] = (plot.dataset['box'] ?? '').split(' ').map(Number) as [number, number, number, number];
    const [line, text] = ['line', 'text'].map((name) => {
      const shape = document.createElementNS('http://www.w3.org/2000/svg', name);
      shape.setAttribute('class', `reading-${name}`);
      shape.setAttribute('y2', `${height}`);
      plot.append(shape);
      return shape;
    }) as [SVGElement, SVGElement];
    text.setAttribute('y', '-4');
    const series = [...plot.querySelectorAll<SVGGElement>('.series')].map(
      (item) =>
        [
          item.dataset['name'],
          (item.querySelector('.line')?.getAttribute('d') ?? '')
            .slice(1)
            .split('L')
            .map((pair) => pair.split(',').map(Number)),
        ] as const,
    );
    /** Moves the line, and returns the values there as text. */
    const read = (share: number) => {
      const sizes = series.map(([name, points]) => {
        const point = points.findLast(([x]) => (x ?? 0) <= share * width) ?? points[0];
        return `${name} ${+((1 - (point?.[1] ?? 0) / height) * (maxY / 1e6)).toPrecision(3)} MB`;
      });
      const where = `${charts.dataset['unit']} ${Math.round(share * maxX).toLocaleString('en')}: `;
      line.setAttribute('transform', `translate(${share * width})`);
      text.textContent = where + sizes.join(' · ');
      return plot.getClientRects().length === 0
        ? ''
        : `${plot.parentElement?.querySelector('.panel-title')?.textContent}, ${where}${sizes.join(', ')}. `;
    };
    return [plot, read, width] as const;
  });
  let at = 1;
  const show = (share: number) => {
    at = Math.max(0, Math.min(1, share));
    slider.ariaValueNow = `${Math.round(at * 100)}`;
    slider.ariaValueText = plots.map(([, read]) => read(at)).join('');
    charts.classList.add('reads');
  };
  Object.assign(slider, { className: 'slider', tabIndex: 0, role: 'slider', ariaLabel: 'Read the chart', ariaValueNow: '100' });
  slider.onkeydown = (event) => {
    const step = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    show(at + step);
  };
  slider.onfocus = () => show(at);
  slider.onblur = charts.onpointerleave = () => charts.classList.remove('reads');
  charts.onpointermove = ({ clientX, clientY }) => {
    for (const [plot, , width] of plots) {
      const box = plot.parentElement?.getBoundingClientRect();
      const left = plot.getScreenCTM()?.e ?? 0;
      const share = (clientX - left) / (width * (plot.getScreenCTM()?.a ?? 1));
      if (box && clientY > box.top && clientY < box.bottom && share >= 0 && share <= 1) show(share);
    }
  };
  charts.append(slider);
}
