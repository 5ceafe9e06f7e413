/** The certificates that services use, and how long they last. */

import { h } from '../lib/dom.js';
import { api, sentence } from '../lib/api.js';
import { date, plural } from '../lib/format.js';
import { live } from '../lib/live.js';
import { act, ask } from '../ui/layers.js';
import { breakable, empty, field, iconButton, memberOptions, select } from '../ui/parts.js';
import { list } from '../ui/list.js';

const common = (name) => /CN=([^,]+)/.exec(name ?? '')?.[1] ?? name ?? '–';

export function certificates({ redraw, session }) {
  const rows = list({
    path: 'certificates',
    noun: ['certificate', 'certificates'],
    search: 'Search names, files',
    filters: { member: 'Member', file: 'File' },
    every: 10000,
    key: (c) => `${c.member} ${c.file} ${c.subject}`,
    columns: [
      { key: 'subject', label: 'Name', lead: true, cell: (c) => [h('b', {}, breakable(c.names?.[0] ?? common(c.subject))), c.names?.length > 1 && h('span', { class: 'cell-2' }, c.names.slice(1).join(', '))] },
      { key: 'member', label: 'Member', cell: (c) => c.member },
      { key: 'daysLeft', label: 'Valid', cell: (c) => validity(c) },
      { key: 'issuer', label: 'Issuer', cell: (c) => (c.issuer ? (c.issuer === c.subject ? 'itself' : common(c.issuer)) : '–') },
      { key: 'usedBy', label: 'Used by', wide: true, cell: (c) => [
        (c.usedBy ?? []).map((u) => h('div', { class: 'mono' }, breakable(u))),
        h('span', { class: 'cell-2 mono' }, breakable(c.file ?? 'made at start')),
        c.renewed && h('span', { class: 'cell-2' }, `replaced here on ${date(c.renewed)}`),
      ] },
    ],
    verbs: session.role !== 'viewer' && ((c) => [
      session.role === 'admin' && c.use && iconButton('key', `Renew ${c.use} on ${c.member}`, () => renew(c, rows.load)),
      iconButton('reload', `Read it again on ${c.member}`, () => act(() => api.reload(c.member), `${c.member} has read its files again.`, rows.load)),
    ]),
    empty: () => empty('certificates', 'No certificates in use', 'Certificates of services with a TLS section appear here with their end, and are warned of two weeks before it.'),
  }, redraw);
  return { title: 'Certificates', navigated: rows.navigated, leave: rows.leave, view: () => rows.view() };
}

/** Whether what is wrong is said of that part. */
const blames = (error, part) => error.message.toLowerCase().startsWith(`${part}: `);

/** A pair in PEM, pasted or from files. */
function renew(c, after) {
  const given = { certificate: '', key: '', member: c.member };
  const part = (self, id, label, begins, hint) => field(id, label, [
    h('textarea', { id, class: 'input lines mono', rows: 5, value: given[id], placeholder: begins, spellcheck: 'false', autocomplete: 'off', oninput: (e) => {
      given[id] = e.target.value;
      self.redraw();
    } }),
    h('input', { type: 'file', class: 'file', 'aria-label': `${label} from a file`, accept: '.pem,.crt,.cer,.key', onchange: async (e) => {
      given[id] = (await e.target.files[0]?.text()) ?? given[id];
      self.redraw();
    } }),
  ], { hint, error: self.error && blames(self.error, id) ? sentence(self.error.message.replace(/^\w+: /, '')) : undefined });
  ask({
    title: `Renew ${c.names?.[0] ?? common(c.subject)}`,
    text: `Used at ${c.use}. New connections get it from the next second on; nothing is cut. It stays over restarts, until ${c.file} is written anew.`,
    fields: (self) => [
      part(self, 'certificate', 'Certificate', '-----BEGIN CERTIFICATE-----', 'PEM, followed by the certificates above it'),
      part(self, 'key', 'Key', '-----BEGIN PRIVATE KEY-----', 'PEM, not encrypted; it is shown to nobody again'),
      (live.overview?.members ?? []).length > 1 && field('where', 'Where', select('where', given.member, memberOptions('On all members that use one there', 'Only on '), (v) => {
        given.member = v;
        self.redraw();
      })),
    ],
    beside: (error) => ['certificate', 'key'].some((id) => blames(error, id)),
    verb: 'Use it',
    ready: () => given.certificate.includes('-----BEGIN') && given.key.includes('-----BEGIN'),
    run: () => api.certify(c.use, given.certificate, given.key, given.member || undefined),
    did: (answer) => ['The new certificate is in use.', ...(answer.results ?? []).filter((r) => r.outcome === 'done' && r.detail).map((r) => `It is ${r.detail}.`).slice(0, 1)].join(' '),
    after,
  });
}

function validity(c) {
  if (c.error) return h('span', { class: 'error-text' }, c.error);
  const level = c.daysLeft < 0 ? 'bad' : c.daysLeft < 14 ? 'warn' : 'ok';
  const text = c.daysLeft < 0 ? `Expired ${plural(-c.daysLeft, 'day')} ago` : `${plural(c.daysLeft, 'day')} left`;
  return [h('span', { class: `tag ${level}` }, text), h('span', { class: 'cell-2 nowrap' }, `until ${date(c.notAfter)}`)];
}
