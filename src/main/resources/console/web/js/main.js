/** Starts the dashboard: who is there, what page is asked for, what it looks like now. */

import { h, render } from './lib/dom.js';
import { api, onLoggedOut, remember } from './lib/api.js';
import { start, stop, warnings } from './lib/live.js';
import { here } from './lib/router.js';
import { applyTheme } from './lib/prefs.js';
import { components } from './lib/fields.js';
import { onResize } from './ui/chart.js';
import { closeAll, redrawLayers, toast } from './ui/layers.js';
import { closeNav, setup, shell } from './ui/shell.js';
import { shortcuts } from './ui/palette.js';
import { mark } from './ui/icons.js';
import { login } from './pages/login.js';
import { overview } from './pages/overview.js';
import { connections } from './pages/connections.js';
import { endpoints } from './pages/endpoints.js';
import { agents } from './pages/agents.js';
import { topology } from './pages/topology.js';
import { members } from './pages/members.js';
import { charts } from './pages/charts.js';
import { events } from './pages/events.js';
import { logs } from './pages/logs.js';
import { services } from './pages/services.js';
import { editor } from './pages/editor.js';
import { users } from './pages/users.js';
import { certificates } from './pages/certificates.js';
import { history } from './pages/history.js';

/** A page is a function of its surroundings that returns {title, view(), navigated(), leave()}. */
const PAGES = { overview, connections, endpoints, agents, topology, members, charts, events, logs, services, editor, users, certificates, history };

const app = { session: undefined, page: null, id: null, unreachable: null };
let drawn = false;

function redraw() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => {
    drawn = false;
    draw();
  });
}

function draw() {
  const root = document.getElementById('app');
  if (app.session === undefined) {
    render(root, h('div', { class: 'boot', role: 'status' }, app.unreachable ?? 'Loading'));
  } else if (app.session === null) {
    document.title = 'Log in · Warren';
    render(root, login(entered, redraw));
  } else if (app.page) {
    const alarm = warnings().length;
    document.title = `${alarm ? `(${alarm}) ` : ''}${app.page.title} · Warren`;
    render(root, shell({ page: app.page.nav ?? app.id, title: app.page.title, session: app.session, logout, content: app.page.view() }));
  }
  redrawLayers();
}

function show() {
  if (!app.session) return;
  const { page, rest } = here();
  const id = page in PAGES ? page : 'overview';
  const own = `${id}/${rest.join('/')}`;
  if (app.page && app.own === own) {
    app.page.navigated?.();
    redraw();
    return;
  }
  app.page?.leave?.();
  closeAll();
  closeNav();
  app.id = id;
  app.own = own;
  app.page = PAGES[id]({ redraw, session: app.session });
  scrollTo(0, 0);
  draw();
  document.getElementById('main')?.focus({ preventScroll: true });
}

function entered(session) {
  app.session = session;
  remember(session);
  start(redraw, ended);
  suggestions();
  show();
}

async function suggestions() {
  try {
    Object.assign(components, await (await fetch('ui/components.json')).json());
  } catch {
    // Names can be typed as well.
  }
}

function ended() {
  if (app.session === null) return;
  const known = Boolean(app.session);
  app.page?.leave?.();
  Object.assign(app, { session: null, page: null, own: null });
  closeAll();
  stop();
  draw();
  if (known) toast('warn', 'Your session has ended. Log in again.');
}

async function logout() {
  try {
    await api.logout();
  } catch {
    // The cookie is of no more use to us either way.
  }
  app.session = undefined;
  ended();
}

async function begin() {
  try {
    const session = await api.whoami();
    entered(session);
  } catch (e) {
    if (e.status === 401) {
      ended();
      return;
    }
    app.unreachable = h('div', { class: 'stack' }, mark(40), e.message, 'Trying again…');
    redraw();
    setTimeout(begin, 1500);
  }
}

applyTheme();
onLoggedOut(ended);
onResize(redraw);
setup(redraw);
addEventListener('hashchange', show);
addEventListener('keydown', shortcuts);
draw();
begin();
