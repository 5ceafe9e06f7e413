/** The frame around every page: navigation, title, whether the figures are live, who is logged in. */

import { h } from '../lib/dom.js';
import { live, silentFor, warnings } from '../lib/live.js';
import { link } from '../lib/router.js';
import { count, duration } from '../lib/format.js';
import { setTheme, theme } from '../lib/prefs.js';
import { icon, mark } from './icons.js';
import { iconButton } from './parts.js';
import { menu } from './layers.js';
import { openPalette, openShortcuts } from './palette.js';

/** [group, [page, label, icon, figure of the overview]] */
export const NAVIGATION = [
  [null, [['overview', 'Overview', 'overview']]],
  ['Traffic', [
    ['connections', 'Connections', 'connections', (o) => o.totals?.connections],
    ['endpoints', 'Endpoints', 'endpoints', (o) => o.totals?.endpoints],
    ['agents', 'Agents', 'agents', (o) => o.totals?.agents],
    ['topology', 'Topology', 'topology'],
  ]],
  ['Cluster', [
    ['members', 'Members', 'members', (o) => o.totals?.members],
    ['charts', 'Charts', 'charts'],
    ['events', 'Events', 'events'],
    ['logs', 'Logs', 'logs'],
  ]],
  ['Configuration', [
    ['services', 'Services and chains', 'services'],
    ['users', 'Users and limits', 'users'],
    ['certificates', 'Certificates', 'certificates'],
    ['history', 'History', 'history'],
  ]],
];

let navOpen = false;
let redraw = () => {};

export function setup(handler) {
  redraw = handler;
  addEventListener('scroll', () => document.querySelector('.top')?.classList.toggle('lifted', scrollY > 4), { passive: true });
}

export function closeNav() {
  navOpen = false;
}

export function shell({ page, title, session, logout, content }) {
  const silent = silentFor();
  return h('div', { class: `shell${silent ? ' stale-page' : ''}` },
    h('button', { type: 'button', class: 'button skip', onclick: () => document.getElementById('main').focus() }, 'Skip to the content'),
    h('nav', { class: `side${navOpen ? ' open' : ''}`, id: 'nav', 'aria-label': 'Pages' }, brand(), NAVIGATION.map((group) => navGroup(group, page)), foot(session)),
    h('div', { class: 'side-veil', onclick: toggleNav }),
    h('div', { class: 'body' },
      h('header', { class: 'top' },
        h('button', { type: 'button', class: 'icon-button menu-button', 'aria-label': 'Pages', 'aria-controls': 'nav', 'aria-expanded': String(navOpen), onclick: toggleNav }, icon('menu')),
        h('h1', { class: 'grow', id: 'title' }, title),
        pulse(silent),
        h('button', { type: 'button', class: 'palette-button', 'aria-label': 'Find a page, member, agent or endpoint', onclick: openPalette }, icon('search'), h('span', {}, 'Find'), h('kbd', {}, 'Ctrl K')),
        iconButton('user', `${session.user}, ${session.role}`, (e) => userMenu(e.currentTarget, session, logout), { 'aria-haspopup': 'menu' })),
      silent > 0 && h('div', { class: 'banner', role: 'alert' }, icon('warn'),
        h('span', {}, `Nothing heard from ${live.overview?.member ?? 'this member'} for ${duration(silent)}. What you see is from before; trying again.`)),
      h('main', { class: 'main', id: 'main', tabindex: '-1', 'aria-labelledby': 'title' }, content)));
}

function toggleNav() {
  navOpen = !navOpen;
  redraw();
  if (navOpen) requestAnimationFrame(() => document.querySelector('.side .nav-link')?.focus());
}

function brand() {
  return h('a', { class: 'brand', href: link('overview') }, mark(28), 'Warren', live.overview?.cluster && h('span', { class: 'cluster', title: `Cluster ${live.overview.cluster}` }, live.overview.cluster));
}

function navGroup([title, entries], page) {
  return h('div', { key: title ?? '', class: 'nav-group' }, title && h('div', { class: 'nav-title' }, title),
    entries.map(([id, label, glyph, figure]) => h('a', { key: id, class: 'nav-link', href: link(id), 'aria-current': id === page ? 'page' : undefined }, icon(glyph), label, badge(id, figure))));
}

function badge(id, figure) {
  if (!live.overview) return null;
  if (id === 'overview') {
    const n = warnings().length;
    return n > 0 && h('span', { class: 'badge alarm', 'aria-label': `${n} to look at` }, n);
  }
  const n = figure?.(live.overview);
  return n !== undefined && h('span', { class: 'badge' }, count(n));
}

function foot(session) {
  return h('div', { class: 'side-foot' }, h('div', {}, `Answered by ${live.overview?.member ?? session.member}`), h('div', {}, `Warren ${session.version}`));
}

function pulse(silent) {
  const text = silent ? `${duration(silent)} old` : live.connected ? 'Live' : 'Connecting';
  return h('span', { class: `pulse${silent ? ' lost' : ''}`, role: 'status', 'data-live': String(live.connected && !silent) },
    h('span', { class: `dot ${silent ? 'bad' : live.connected ? 'ok' : 'warn'}` }), h('span', { class: 'pulse-text' }, text));
}

function userMenu(at, session, logout) {
  const pick = (value) => () => {
    setTheme(value);
    redraw();
  };
  menu(at, [
    { title: `${session.user} · ${session.role}` },
    { label: 'As the system', icon: 'screen', checked: theme() === 'system', run: pick('system') },
    { label: 'Light', icon: 'sun', checked: theme() === 'light', run: pick('light') },
    { label: 'Dark', icon: 'moon', checked: theme() === 'dark', run: pick('dark') },
    { line: true },
    { label: 'Keyboard shortcuts', icon: 'keyboard', run: openShortcuts },
    { label: 'API description', icon: 'logs', href: 'cluster/openapi.yaml' },
    { line: true },
    { label: 'Log out', icon: 'out', run: logout },
  ]);
}
