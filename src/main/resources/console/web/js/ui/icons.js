/** Line icons on a grid of 16, drawn for this dashboard. */

import { h } from '../lib/dom.js';

const PATHS = {
  overview: 'M2.5 9.5 5.5 6l3 3 5-5.5M2.5 13.5h11',
  connections: 'M2.5 5.5h9m-2.5-3 2.5 3-2.5 3M13.5 10.5h-9m2.5-3-2.5 3 2.5 3',
  endpoints: 'M8 2.5v4M8 9.5v4M2.5 8h4M9.5 8h4M8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3',
  agents: 'M3 3.5h10v7H3zM6 13.5h4M8 10.5v3',
  topology: 'M4 4.5a1.5 1.5 0 1 0 0-.01M12 4.5a1.5 1.5 0 1 0 0-.01M8 13a1.5 1.5 0 1 0 0-.01M5 6l2.2 5.5M11 6l-2.2 5.5M5.5 4.5h5',
  members: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  events: 'M8 2.5v2M3.5 11.5h9l-1-1.5V7.5a3.5 3.5 0 0 0-7 0V10zM6.7 13.5h2.6',
  logs: 'M3 3.5h10M3 6.5h6M3 9.5h10M3 12.5h7',
  charts: 'M2.5 2.5v11h11M5.5 11V8M8.5 11V5M11.5 11V7',
  services: 'M2.5 5 8 2.5 13.5 5 8 7.5zM2.5 8 8 10.5 13.5 8M2.5 11 8 13.5 13.5 11',
  users: 'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.7a2.5 2.5 0 0 1 0 4.6M12 9.8c1.6.6 2.5 1.9 2.5 3.7',
  certificates: 'M8 2 13 4v3.5c0 3-2 5.2-5 6.5-3-1.3-5-3.5-5-6.5V4zM5.8 8l1.6 1.6L10.4 6.5',
  history: 'M2.7 6.5A5.5 5.5 0 1 1 2.5 9M2.5 3v3.5H6M8 5v3.2l2.2 1.3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.5 10.5l3 3',
  close: 'M4 4l8 8M12 4l-8 8',
  cut: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6l4 4M10 6l-4 4',
  ban: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M4.2 4.2l7.6 7.6',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  up: 'M8 13V3.5M4 7l4-4 4 4',
  down: 'M8 3v9.5M4 9l4 4 4-4',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  plus: 'M8 3v10M3 8h10',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'M3 8.5 6.5 12 13 4.5',
  warn: 'M8 2.5 14 13H2zM8 6.5v3M8 11.3h.01',
  info: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 7.5v3.5M8 5h.01',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5v9l7-4.5z',
  drain: 'M3 3h10l-3.5 5v5l-3-1.5V8z',
  power: 'M8 2.5v5M5 4.3a5 5 0 1 0 6 0',
  edit: 'M10.5 3 13 5.5 6 12.5l-3 .5.5-3z',
  trash: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 9h6l.5-9M6.7 7v4M9.3 7v4',
  clone: 'M3 3h7v7H3zM6 10v3h7V6h-3',
  reload: 'M13 5.5A5.5 5.5 0 1 0 13.5 9M13.5 2.5v3h-3',
  sun: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5',
  screen: 'M2.5 3h11v7.5h-11zM6 13.5h4',
  user: 'M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M3 13.5c0-2.5 2-4 5-4s5 1.5 5 4',
  out: 'M6.5 3H3v10h3.5M7 8h6.5M11 5.5 13.5 8 11 10.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  gauge: 'M2.5 12a6 6 0 1 1 11 0M8 10.5 11 6.5M8 10.5h.01',
  scale: 'M8 3v10M4 13h8M3 5h10M3 5 1.5 9h3zM13 5l-1.5 4h3z',
  download: 'M8 2.5v8M4.5 7 8 10.5 11.5 7M3 13.5h10',
  keyboard: 'M1.5 4.5h13v7h-13zM4 7h.01M6.5 7h.01M9 7h.01M11.5 7h.01M5 9.5h6',
  key: 'M10 6.5a2.5 2.5 0 1 0 0-.01M8.2 8.2 3 13.5M4.5 12l1.5 1.5',
  rollback: 'M6 3 2.5 6.5 6 10M2.5 6.5h6.5a4 4 0 0 1 0 7H7',
};

/** A decoration: whatever it stands in has the name. */
export function icon(name, size = 16) {
  return h('svg', { width: size, height: size, viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    h('path', {
      d: PATHS[name],
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': name === 'more' ? 2 : 1.4,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }));
}

/** Warren's sign: two chambers and their ways up, which are a W. */
export function mark(size = 28) {
  return h('svg', { width: size, height: size, viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false', class: 'mark' },
    h('rect', { width: 32, height: 32, rx: 8, fill: '#5e3677' }),
    h('path', {
      d: 'M6 9.5c0 6 1.5 12.5 5 12.5s3-8 5-8 1.5 8 5 8 5-6.5 5-12.5',
      fill: 'none', stroke: '#fff', 'stroke-width': 2.5, 'stroke-linecap': 'round',
    }),
    [[11, 21.5, 3.6, '#fff'], [21, 21.5, 3.6, '#fff'], [16, 14, 2.4, '#fff'], [6, 9, 2.4, '#dcc3ea'], [26, 9, 2.4, '#dcc3ea']]
      .map(([cx, cy, r, fill]) => h('circle', { cx, cy, r, fill })));
}
