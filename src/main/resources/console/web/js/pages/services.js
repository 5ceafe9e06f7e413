/** What runs on each member, and the objects that it is made of. */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { live } from '../lib/live.js';
import { amend, go, here, link } from '../lib/router.js';
import { bytes, count, isEndpoint } from '../lib/format.js';
import { KINDS, kindOf, summary } from '../lib/fields.js';
import { act, ask, menu } from '../ui/layers.js';
import { button, empty, endpointLabel, field, iconButton, memberOptions, notice, select, skeleton } from '../ui/parts.js';
import { list } from '../ui/list.js';

/** Users and limits have a page of their own. */
const HERE = KINDS.filter(([k]) => !['authers', 'limiters', 'climiters', 'rlimiters', 'quotas'].includes(k));

export function removeObject(kind, name, member, after) {
  const [, noun] = kindOf(kind);
  const scope = { member: '' };
  ask({
    title: `Delete the ${noun} ${name}?`,
    text: kind === 'services' ? 'It stops listening; what goes on over it may finish. History keeps the version from before.' : 'What refers to it stops the deletion. History keeps the version from before.',
    fields: (self) => where(self, scope),
    verb: 'Delete it',
    risky: true,
    run: () => api.remove(kind, name, scope.member || undefined),
    did: `The ${noun} ${name} is deleted.`,
    after,
  });
}

/** On which members it is to be done. */
function where(self, scope) {
  return (live.overview?.members ?? []).length > 1 && field('scope', 'Where', select('scope', scope.member, memberOptions('On all members', 'Only on '), (v) => {
    scope.member = v;
    self.redraw();
  }));
}

function disable(s, after) {
  const scope = { member: s.member };
  ask({
    title: `Disable the service ${s.name}?`,
    text: 'Its port is closed and its connections are cut. Its configuration stays, and it stays closed until somebody enables it.',
    fields: (self) => where(self, scope),
    verb: 'Disable it',
    risky: true,
    run: () => api.disableService(s.name, scope.member || undefined),
    did: `The service ${s.name} is disabled.`,
    after,
  });
}

const STATES = { ready: ['ok', 'Ready'], failed: ['bad', 'Failed'], disabled: ['warn', 'Disabled'] };

function stateTag(s) {
  const [level, label] = STATES[s.state] ?? ['', s.state];
  return h('span', { class: `tag ${level}`, title: s.error }, h('span', { class: `dot ${level}` }), label);
}

export function services({ redraw, session }) {
  const may = session.role === 'admin';
  const mayOperate = session.role !== 'viewer';
  const objects = { key: '', items: null, error: null, member: '' };
  let running = null;

  function startRunning() {
    running = list({
      path: 'services',
      noun: ['service', 'services'],
      search: 'Search name, address, handler',
      filters: { member: 'Member', state: 'State', handler: 'Handler', listener: 'Listener', name: 'Name' },
      sort: 'name',
      every: 4000,
      refreshOn: (name, event) => name === 'event' && event.kind !== 'endpoint',
      key: (s) => `${s.member} ${s.name}`,
      stale: (s) => s.stale,
      columns: [
        { key: 'name', label: 'Service', sort: 'name', lead: true, cell: (s) => [isEndpoint(s.name) ? endpointLabel(s.name) : h('a', { class: 'list-link strong', href: link('editor', { member: s.member }, 'services', s.name) }, s.name), s.managed && h('span', { class: 'cell-2' }, 'made here')] },
        { key: 'member', label: 'Member', sort: 'member', cell: (s) => s.member },
        { key: 'state', label: 'State', sort: 'state', cell: stateTag },
        { key: 'address', label: 'Listens on', sort: 'address', cell: (s) => [h('span', { class: 'mono' }, s.address || s.addr || '–'), h('span', { class: 'cell-2' }, `${s.handler} over ${s.listener}${s.chain ? `, through ${s.chain}` : ''}`)] },
        { key: 'connections', label: 'Connections', sort: 'connections', right: true, cell: (s) => h('a', { class: 'list-link', href: link('connections', { service: s.name, member: s.member }) }, count(s.connections)) },
        { key: 'opened', label: 'Opened', sort: 'opened', right: true, minor: true, cell: (s) => [count(s.opened), s.failed > 0 && h('span', { class: 'cell-2' }, `${count(s.failed)} failed`)] },
        { key: 'outBytes', label: 'Bytes', sort: 'outBytes', right: true, minor: true, cell: (s) => [bytes(s.outBytes), h('span', { class: 'cell-2' }, `${bytes(s.inBytes)} from clients`)] },
      ],
      verbs: (s) => [
        mayOperate && !isEndpoint(s.name) && (s.state === 'disabled'
          ? iconButton('play', `Enable ${s.name} on ${s.member}`, () => act(() => api.enableService(s.name, s.member), `${s.name} listens on ${s.member} again.`, running.load))
          : iconButton('power', `Disable ${s.name} on ${s.member}`, () => disable(s, running.load), { risky: true })),
        !isEndpoint(s.name) && iconButton('edit', may ? `Edit ${s.name}` : `Look at ${s.name}`, () => go('editor', { member: s.member }, 'services', s.name)),
        iconButton('more', `More for ${s.name} on ${s.member}`, (e) => menu(e.currentTarget, [
          { label: 'Its connections', icon: 'connections', href: link('connections', { service: s.name, member: s.member }) },
          may && !isEndpoint(s.name) && { label: 'Clone', icon: 'clone', href: link('editor', { from: s.name, member: s.member }, 'services') },
          may && !isEndpoint(s.name) && { line: true },
          may && !isEndpoint(s.name) && { label: 'Delete…', icon: 'trash', risky: true, run: () => removeObject('services', s.name, s.member, running.load) },
        ]), { 'aria-haspopup': 'menu' }),
      ],
      empty: () => empty('services', 'No services run', 'A service listens on an address and does something with who comes: a proxy, a relay for agents, a forwarded port.', may && button('Create a service', () => go('editor', {}, 'services'), { kind: 'primary', glyph: 'plus' })),
    }, redraw);
  }

  async function readObjects() {
    const { kind, on } = here().params;
    objects.key = `${kind} ${on ?? ''}`;
    const own = objects.key;
    try {
      const answer = await api.objects(kind, on);
      if (own !== objects.key) return;
      Object.assign(objects, { items: answer.items ?? [], error: null, member: answer.member });
    } catch (e) {
      if (own !== objects.key) return;
      Object.assign(objects, { items: null, error: e });
    }
    redraw();
  }

  function navigated() {
    const { kind = 'services', on } = here().params;
    if (kind === 'services') {
      objects.key = '';
      if (running) running.navigated();
      else startRunning();
    } else {
      running?.leave();
      running = null;
      if (objects.key !== `${kind} ${on ?? ''}`) {
        objects.items = null;
        readObjects();
      }
    }
  }

  navigated();

  return {
    title: 'Services and chains',
    navigated,
    leave: () => running?.leave(),
    view() {
      const kind = here().params.kind ?? 'services';
      return h('div', { class: 'with-kinds' }, kinds(kind), kind === 'services'
        ? running?.view({ tools: [may && button('Whole configuration', () => go('editor', {}, 'config'), { glyph: 'logs' }), may && button('Create a service', () => go('editor', {}, 'services'), { kind: 'primary', glyph: 'plus' })] })
        : objectList(kind));
    },
  };

  function kinds(current) {
    return h('div', { class: 'kinds' },
      h('nav', { 'aria-label': 'Kinds of objects' }, HERE.map(([k, , label]) => h('a', { key: k, href: link('services', { kind: k === 'services' ? undefined : k, on: here().params.on }), 'aria-current': k === current ? 'true' : undefined }, label))),
      h('div', { class: 'kinds-pick' }, select('kind', current, HERE.map(([value, , label]) => ({ value, label })), (v) => go('services', { kind: v === 'services' ? undefined : v }), { 'aria-label': 'Kind of object' })));
  }

  function objectList(kind) {
    const [, noun, label, purpose] = kindOf(kind);
    const members = live.overview?.members ?? [];
    const create = () => go('editor', { member: here().params.on }, kind);
    return h('div', { class: 'stack' },
      h('div', { class: 'tools' }, h('p', { class: 'dim grow' }, purpose),
        h('div', { class: 'end' },
          members.length > 1 && h('div', { class: 'pick' }, select('objects-member', here().params.on ?? '', memberOptions(`On ${objects.member || 'this member'}`, 'On '), (v) => amend({ on: v }), { 'aria-label': 'Member' })),
          may && button(`Create a ${noun}`.replace(/ a ([aeio])/, ' an $1'), create, { kind: 'primary', glyph: 'plus' }))),
      objects.error
        ? notice('bad', objects.error.message)
        : !objects.items
          ? h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(4)))
          : h('div', { class: 'card table-card' }, !objects.items.length
            ? empty('services', `No ${label.toLowerCase()} yet`, purpose, may && button(`Create one`, create, { kind: 'primary', glyph: 'plus' }))
            : objectTable(kind, objects.items, { may, member: objects.member, after: readObjects, label })));
  }
}

/** Objects of one kind as rows with their verbs. */
export function objectTable(kind, items, { may, member, after, label, usedBy }) {
  return h('table', { class: 'table', 'aria-label': label },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Name'), h('th', { scope: 'col' }, 'What it says'), usedBy && h('th', { scope: 'col' }, 'Counts for'), h('th', { class: 'verbs' }, h('span', { class: 'sr' }, 'What can be done')))),
    h('tbody', {}, items.map((o) => h('tr', { key: o.name },
      h('td', { class: 'lead', 'data-label': 'Name' }, h('a', { class: 'list-link strong', href: link('editor', { member }, kind, o.name) }, o.name)),
      h('td', { class: 'lead' }, h('span', { class: 'mono' }, summary(kind, o))),
      usedBy && h('td', { 'data-label': 'Counts for' }, usedBy(o)),
      h('td', { class: 'verbs' }, h('span', { class: 'verbs-row' },
        iconButton('edit', may ? `Edit ${o.name}` : `Look at ${o.name}`, () => go('editor', { member }, kind, o.name)),
        may && iconButton('clone', `Clone ${o.name}`, () => go('editor', { from: o.name, member }, kind)),
        may && iconButton('trash', `Delete ${o.name}`, () => removeObject(kind, o.name, member, after), { risky: true })))))));
}
