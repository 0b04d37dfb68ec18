/** A reading line through all panels of a chart, for pointer and keyboard. */
const svg = (name: string) => document.createElementNS('http://www.w3.org/2000/svg', name);

for (const charts of document.querySelectorAll<HTMLElement>('.charts[data-unit]')) {
  const plots = [...charts.querySelectorAll<SVGGElement>('.plot')].map((plot) => {
    const [width, height, maxX, maxY] = (plot.dataset['box'] ?? '').split(' ').map(Number) as [number, number, number, number];
    const [line, text] = [svg('line'), svg('text')];
    line.setAttribute('class', 'cursor');
    line.setAttribute('y2', String(height));
    text.setAttribute('y', '-4');
    text.setAttribute('class', 'reading');
    plot.append(line, text);
    const series = [...plot.querySelectorAll<SVGGElement>('.series')].map((item) => ({
      name: item.dataset['name'],
      points: (item.querySelector('.line')?.getAttribute('d') ?? '').slice(1).split('L').map((pair) => pair.split(',').map(Number) as [number, number]),
    }));
    return { plot, line, text, width, height, maxX, maxY, series, title: plot.parentElement?.querySelector('.panel-title')?.textContent };
  });
  const slider = document.createElement('div');
  let at = 1;
  const show = (share: number) => {
    at = Math.max(0, Math.min(1, share));
    const seen = plots.map(({ line, text, width, height, maxX, maxY, series, title, plot }) => {
      const x = at * width;
      const read = series.map(({ name, points }) => [name, `${+((1 - (points.findLast((point) => point[0] <= x) ?? points[0] ?? [0, height])[1] / height) * maxY / 1e6).toPrecision(3)} MB`]);
      const where = `${charts.dataset['unit']} ${Math.round(at * maxX).toLocaleString('en')}: `;
      for (const end of ['x1', 'x2']) line.setAttribute(end, String(x));
      text.textContent = where + read.map(([, size]) => size).join(' · ');
      return plot.getClientRects().length > 0 ? `${title}, ${where}${read.map((pair) => pair.join(' ')).join(', ')}` : '';
    });
    slider.ariaValueNow = String(Math.round(at * 100));
    slider.ariaValueText = seen.filter(Boolean).join('; ');
    charts.classList.add('reads');
  };
  slider.className = 'slider';
  slider.tabIndex = 0;
  slider.role = 'slider';
  slider.ariaLabel = 'Read the chart';
  slider.ariaValueMin = '0';
  slider.ariaValueMax = '100';
  slider.ariaValueNow = '100';
  slider.onkeydown = (event) => {
    const step = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(at + step);
  };
  slider.onfocus = () => show(at);
  slider.onblur = charts.onpointerleave = () => charts.classList.remove('reads');
  charts.onpointermove = ({ clientX, clientY }) => {
    for (const { plot, width, height } of plots) {
      const matrix = plot.getScreenCTM();
      const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix?.inverse());
      if (matrix && plot.getClientRects().length > 0 && x >= 0 && x <= width && y >= -50 && y <= height + 90) show(x / width);
    }
  };
  charts.append(slider);
}
