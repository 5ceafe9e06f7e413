/** Lines over time, drawn as SVG at the size that there is. */

import { h } from '../lib/dom.js';
import { clock } from '../lib/format.js';

const widths = new Map();
const cursors = new Map();
let redraw = () => {};

export function onResize(handler) {
  redraw = handler;
}

const observer = new ResizeObserver((entries) => {
  let changed = false;
  for (const { target, contentRect } of entries) {
    const width = Math.round(contentRect.width);
    if (width && widths.get(target.dataset.chart) !== width) {
      widths.set(target.dataset.chart, width);
      changed = true;
    }
  }
  if (changed) redraw();
});

/**
 * @param spec {id, label, points: [{t, …}], series: [{key, name, color: 1..4, area}], format, height, gap: ms without a point that is a gap}
 */
export function chart(spec) {
  const { id, points, series, format, height = 180, gap = 25000 } = spec;
  const width = widths.get(id) ?? 640;
  const box = { left: 64, right: width - 4, top: 10, bottom: height - 22 };
  const from = spec.from ?? points[0]?.t ?? 0;
  const to = spec.to ?? points[points.length - 1]?.t ?? 1;
  const top = nice(Math.max(spec.least ?? 1, ...points.flatMap((p) => series.map((s) => p[s.key] ?? 0))), spec.base ?? 10);
  const x = (t) => box.left + ((t - from) / Math.max(1, to - from)) * (box.right - box.left);
  const y = (v) => box.bottom - (v / top) * (box.bottom - box.top);
  const near = nearest(points, cursors.get(id));
  // Nothing is drawn as nothing, not as zero.
  const before = points.length && points[0].t - from > gap ? x(Math.min(to, points[0].t)) - box.left : 0;
  return h('div', {
    key: `chart-${id}`,
    class: 'chart',
    'data-chart': id,
    mounted: (node) => observer.observe(node),
    removed: (node) => observer.unobserve(node),
    onpointermove: (e) => {
      const at = e.clientX - e.currentTarget.getBoundingClientRect().left;
      cursors.set(id, from + ((at - box.left) / (box.right - box.left)) * (to - from));
      redraw();
    },
    onpointerleave: () => {
      cursors.delete(id);
      redraw();
    },
  },
  h('svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': describe(spec) },
    before > 2 && h('rect', { class: 'before', x: box.left, y: box.top, width: before, height: box.bottom - box.top }),
    before > 150 && h('text', { x: box.left + before / 2, y: (box.top + box.bottom) / 2 - 8, 'text-anchor': 'middle' }, `Nothing known before ${clock(points[0].t)}`),
    [0, 0.5, 1].map((share) => h('g', {},
      h('line', { class: 'grid', x1: box.left, x2: box.right, y1: y(top * share), y2: y(top * share) }),
      h('text', { x: box.left - 8, y: y(top * share) + 4, 'text-anchor': 'end' }, format(top * share)))),
    ticks(from, to, width).map((t) => h('text', { x: x(t), y: height - 4, 'text-anchor': 'middle' }, clock(t).slice(0, to - from > 600000 ? 5 : 8))),
    series.filter((s) => s.area).map((s) => h('path', { class: `a${s.color}`, d: runs(points, gap).map((run) => area(run, s.key, x, y, box.bottom)).join('') })),
    series.map((s) => h('path', { class: `line c${s.color}`, d: runs(points, gap).map((run) => line(run, s.key, x, y)).join('') })),
    near && [
      h('line', { class: 'cursor', x1: x(near.t), x2: x(near.t), y1: box.top, y2: box.bottom }),
      series.map((s) => h('circle', { class: `c${s.color}`, cx: x(near.t), cy: y(near[s.key] ?? 0), r: 3, fill: 'var(--surface)', 'stroke-width': 1.6 })),
    ]),
  near && h('div', { class: 'chart-tip', style: x(near.t) > width / 2 ? { right: `${width - x(near.t) + 10}px` } : { left: `${x(near.t) + 10}px` } },
    h('span', { class: 'faint' }, clock(near.t)),
    series.map((s) => h('span', {}, h('span', { class: `swatch c${s.color}` }), ` ${s.name} `, h('b', { class: 'num' }, format(near[s.key]))))));
}

export function legend(series) {
  return h('div', { class: 'legend' }, series.map((s) => h('span', {}, h('span', { class: `swatch c${s.color}` }), s.name)));
}

/** A line without words beside a figure. */
export function spark(values, color = 1) {
  const top = Math.max(1e-9, ...values);
  const step = 100 / Math.max(1, values.length - 1);
  const d = values.map((v, i) => `${i ? 'L' : 'M'}${(i * step).toFixed(2)} ${(22 - (v / top) * 20).toFixed(2)}`).join('');
  return h('svg', { class: 'spark', viewBox: '0 0 100 24', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    values.length > 1 && [
      h('path', { class: `a${color}`, d: `${d}L100 24L0 24Z` }),
      h('path', { class: `line c${color}`, d, fill: 'none', 'vector-effect': 'non-scaling-stroke' }),
    ]);
}

function describe({ label, points, series, format }) {
  const last = points[points.length - 1];
  return last ? `${label}: ${series.map((s) => `${s.name} ${format(last[s.key])}`).join(', ')}` : `${label}: no figures yet`;
}

/** With a half that reads well, too. */
function nice(value, base) {
  const power = base ** Math.floor(Math.log(value) / Math.log(base));
  for (const step of [1, 2, 4, 6, 8, 10]) if (value <= step * power * 1.0001) return step * power;
  return 10 * power;
}

function ticks(from, to, width) {
  const room = Math.max(2, Math.floor((width - 80) / 110));
  const step = [15, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600].map((s) => s * 1000).find((s) => (to - from) / s <= room) ?? 7200000;
  const out = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) if (t - from > (to - from) * 0.03 && to - t > (to - from) * 0.03) out.push(t);
  return out;
}

function runs(points, gap) {
  const out = [];
  let run = [];
  for (const p of points) {
    if (run.length && p.t - run[run.length - 1].t > gap) {
      out.push(run);
      run = [];
    }
    run.push(p);
  }
  if (run.length) out.push(run);
  return out;
}

function line(points, key, x, y) {
  // With a round end, a line of no length is a point.
  if (points.length === 1) return `M${x(points[0].t).toFixed(1)} ${y(points[0][key] ?? 0).toFixed(1)}h0.01`;
  return points.map((p, i) => `${i ? 'L' : 'M'}${x(p.t).toFixed(1)} ${y(p[key] ?? 0).toFixed(1)}`).join('');
}

function area(points, key, x, y, bottom) {
  const last = points[points.length - 1];
  return `${line(points, key, x, y)}L${x(last.t).toFixed(1)} ${bottom}L${x(points[0].t).toFixed(1)} ${bottom}Z`;
}

function nearest(points, t) {
  if (t === undefined || !points.length) return null;
  return points.reduce((best, p) => (Math.abs(p.t - t) < Math.abs(best.t - t) ? p : best));
}
