/** Who may use the services, what they use, and what limits them. */

import { h } from '../lib/dom.js';
import { api, closed } from '../lib/api.js';
import { live } from '../lib/live.js';
import { amend, go, here, link } from '../lib/router.js';
import { bytes, count, plural, rate } from '../lib/format.js';
import { write } from '../lib/yaml.js';
import { kindOf } from '../lib/fields.js';
import { ask } from '../ui/layers.js';
import { button, card, empty, field, iconButton, input, memberOptions, notice, select, skeleton } from '../ui/parts.js';
import { objectTable } from './services.js';

const LIMITS = ['limiters', 'climiters', 'rlimiters', 'quotas'];

export function users({ redraw, session }) {
  const may = session.role === 'admin';
  const state = { authers: null, limits: {}, services: [], member: '', error: null, use: new Map(), agents: new Map() };

  async function load() {
    const on = here().params.member;
    try {
      const [authers, services, ...limits] = await Promise.all(['authers', 'services', ...LIMITS].map((kind) => api.objects(kind, on)));
      state.authers = authers.items ?? [];
      state.services = services.items ?? [];
      state.member = authers.member;
      LIMITS.forEach((kind, i) => (state.limits[kind] = limits[i].items ?? []));
      state.error = null;
    } catch (e) {
      state.error = e;
    }
    redraw();
  }

  /** What each user does right now: one look at the connections and the agents of all of them. */
  async function readUse() {
    try {
      const [connections, agents] = await Promise.all([api.get('connections', { limit: 1000, sort: '-outRate' }), api.get('agents', { limit: 1000 })]);
      state.use = new Map();
      for (const c of connections.items ?? []) {
        const one = state.use.get(c.user) ?? { connections: 0, rate: 0, bytes: 0 };
        one.connections++;
        one.rate += (c.inRate ?? 0) + (c.outRate ?? 0);
        one.bytes += (c.inBytes ?? 0) + (c.outBytes ?? 0);
        state.use.set(c.user, one);
      }
      state.agents = new Map();
      for (const a of agents.items ?? []) state.agents.set(a.user, (state.agents.get(a.user) ?? 0) + 1);
    } catch {
      // The banner tells it.
    }
    redraw();
  }

  const timer = setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    readUse();
  }, 4000);
  load();
  readUse();

  const auther = (name) => state.authers.find((a) => a.name === name);

  function save(name, change) {
    const copy = structuredClone(auther(name));
    change(copy);
    return api.replace('authers', name, write(copy));
  }

  function addUser(list) {
    const one = { auther: list ?? state.authers[0]?.name, user: '', password: '' };
    ask({
      title: 'Add a user',
      fields: (self) => [
        state.authers.length > 1 && !list && field('in', 'List', select('in', one.auther, state.authers.map((a) => a.name), (v) => {
          one.auther = v;
          self.redraw();
        })),
        field('new-user', 'User', input('new-user', one.user, (v) => (one.user = v), { autocapitalize: 'none' })),
        field('new-password', 'Password', input('new-password', one.password, (v) => (one.password = v), { type: 'password', autocomplete: 'new-password' }), { hint: 'Services that use this list ask for it.' }),
      ],
      verb: 'Add the user',
      run: () => {
        if (!one.user || !one.password) throw new Error('User and password are both needed.');
        if ((auther(one.auther).auths ?? []).some((a) => a.username === one.user)) throw new Error(`${one.user} is in the list already.`);
        return save(one.auther, (copy) => (copy.auths = [...(copy.auths ?? []), { username: one.user, password: one.password }]));
      },
      did: () => `${one.user} is added.`,
      after: load,
    });
  }

  function setPassword(list, user) {
    let password = '';
    ask({
      title: `New password for ${user}`,
      text: 'Connections that are open stay; new ones need the new password.',
      fields: () => field('new-password', 'Password', input('new-password', password, (v) => (password = v), { type: 'password', autocomplete: 'new-password' })),
      verb: 'Set the password',
      run: () => {
        if (!password) throw new Error('An empty password would let everybody in.');
        return save(list, (copy) => (copy.auths.find((a) => a.username === user).password = password));
      },
      did: `${user} has a new password.`,
      after: load,
    });
  }

  function revoke(list, user) {
    ask({
      title: `Remove ${user}?`,
      text: `It can no longer log in to services that use the list ${list}. Connections that are open stay until they are closed.`,
      verb: 'Remove the user',
      risky: true,
      run: () => save(list, (copy) => (copy.auths = copy.auths.filter((a) => a.username !== user))),
      did: `${user} is removed.`,
      after: load,
    });
  }

  return {
    title: 'Users and limits',
    navigated: load,
    leave: () => clearInterval(timer),
    view() {
      const members = live.overview?.members ?? [];
      return h('div', { class: 'stack' },
        h('div', { class: 'tools' }, h('p', { class: 'dim grow' }, 'Users of the services, by the lists that services refer to. Changes go to all members.'),
          h('div', { class: 'end' },
            members.length > 1 && h('div', { class: 'pick' }, select('users-member', here().params.member ?? '', memberOptions(`As on ${state.member || 'this member'}`, 'As on '), (v) => amend({ member: v }), { 'aria-label': 'Member' })),
            may && button('New user list', () => go('editor', {}, 'authers'), { glyph: 'plus' }))),
        state.error && notice('bad', state.error.message),
        !state.authers
          ? !state.error && h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(6)))
          : [userLists(), LIMITS.map(limitCard)]);
    },
  };

  function userLists() {
    if (!state.authers.length) {
      return h('div', { class: 'card' }, empty('users', 'No user lists', 'A service without a list of users takes everybody, or the one user in its own section. With a list, users can be added and removed here.', may && button('New user list', () => go('editor', {}, 'authers'), { kind: 'primary', glyph: 'plus' })));
    }
    return state.authers.map((list) => card(
      [h('a', { class: 'list-link', href: link('editor', { member: state.member }, 'authers', list.name) }, list.name), ' ', h('span', { class: 'dim' }, plural(list.auths?.length ?? 0, 'user'))],
      list.auths?.length
        ? h('table', { class: 'table', 'aria-label': `Users of ${list.name}` },
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'User'), h('th', { scope: 'col', class: 'right' }, 'Connections'), h('th', { scope: 'col', class: 'right' }, 'Rate'), h('th', { scope: 'col', class: 'right' }, 'Bytes of open ones'), h('th', { scope: 'col', class: 'right' }, 'Agents'), h('th', { class: 'verbs' }, h('span', { class: 'sr' }, 'What can be done')))),
          h('tbody', {}, list.auths.map((a) => userRow(list.name, a.username))))
        : empty('users', 'Nobody in this list', 'Whatever file or address it names is asked by the members themselves.'),
      { flush: true, actions: may && button('Add a user', () => addUser(list.name), { small: true, glyph: 'plus' }) },
    ));
  }

  function userRow(list, user) {
    const use = state.use.get(user);
    return h('tr', { key: user, 'data-user': user },
      h('td', { class: 'lead' }, h('span', { class: 'row' }, h('b', {}, user))),
      h('td', { class: 'right', 'data-label': 'Connections' }, h('a', { class: 'list-link', href: link('connections', { user }) }, count(use?.connections ?? 0))),
      h('td', { class: 'right', 'data-label': 'Rate' }, rate(use?.rate ?? 0)),
      h('td', { class: 'right', 'data-label': 'Bytes of open ones' }, bytes(use?.bytes ?? 0)),
      h('td', { class: 'right', 'data-label': 'Agents' }, h('a', { class: 'list-link', href: link('agents', { user }) }, count(state.agents.get(user) ?? 0))),
      h('td', { class: 'verbs' }, h('span', { class: 'verbs-row' },
        session.role !== 'viewer' && iconButton('cut', `Close the connections of ${user}`, () => ask({
          title: `Close the connections of ${user}?`,
          text: 'On all members. It may come back at once.',
          verb: 'Close them',
          risky: true,
          run: () => api.closeMatching({ user }),
          did: closed,
          after: readUse,
        }), { risky: true, disabled: !use }),
        may && [iconButton('key', `Set a password for ${user}`, () => setPassword(list, user)), iconButton('trash', `Remove ${user}`, () => revoke(list, user), { risky: true })])));
  }

  /** The services that a limit counts for, by the key that names it: `limiter` of `limiters`. */
  function servicesOf(kind, name) {
    const key = kind.slice(0, -1);
    const named = state.services.filter((s) => [].concat(s[key] ?? [], s[kind] ?? []).includes(name));
    if (!named.length) return h('span', { class: 'faint' }, 'no service');
    return named.map((s, i) => [i > 0 && ', ', h('a', { class: 'list-link', href: link('editor', { member: state.member }, 'services', s.name) }, s.name)]);
  }

  function limitCard(kind) {
    const [, noun, label, purpose] = kindOf(kind);
    const items = state.limits[kind] ?? [];
    return card([label, ' ', h('span', { class: 'dim' }, purpose)],
      items.length ? objectTable(kind, items, { may, member: state.member, after: load, label, usedBy: (o) => servicesOf(kind, o.name) }) : h('p', { class: 'none' }, `None. A ${noun} is named by the services that it is to count for.`),
      { flush: true, actions: may && button('Create one', () => go('editor', {}, kind), { small: true, glyph: 'plus' }) });
  }
}
