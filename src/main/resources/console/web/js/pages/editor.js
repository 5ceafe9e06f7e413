/** One object, as a form and as YAML; or a member's whole configuration. Checked while it is typed; what would change is shown before it does. */

import { h } from '../lib/dom.js';
import { api, sentence } from '../lib/api.js';
import { live } from '../lib/live.js';
import { go, here, link } from '../lib/router.js';
import { plural } from '../lib/format.js';
import { FORMS, kindOf } from '../lib/fields.js';
import { read, write } from '../lib/yaml.js';
import { dialog, report } from '../ui/layers.js';
import { icon } from '../ui/icons.js';
import { button, iconButton, memberOptions, notice, segments, select, skeleton } from '../ui/parts.js';
import { diffView } from '../ui/diff-view.js';
import { form } from '../ui/form.js';
import { removeObject } from './services.js';

const TYPING_MS = 350;
const REFERENCES = ['authers', 'admissions', 'chains', 'bypasses', 'resolvers', 'hosts', 'limiters', 'climiters', 'rlimiters'];
const USERS = ['authers', 'limiters', 'climiters', 'rlimiters', 'quotas'];

/** What was typed and not applied, for as long as the page is open. */
const drafts = new Map();

export function editor({ redraw, session }) {
  const { rest, params } = here();
  const kind = rest[0] ?? 'services';
  const name = rest[1];
  const whole = kind === 'config';
  const created = !whole && !name;
  const may = session.role === 'admin';
  const [, noun] = kindOf(kind);
  const draftKey = location.hash;
  const state = {
    yaml: null, before: '', object: null, mode: 'form', error: null, problems: [], checking: false, checked: false, scope: '', names: {}, formFault: null, restored: false, line: 0,
  };
  let typing = null;
  let check = null;

  load();

  async function load() {
    try {
      let yaml;
      if (whole) yaml = await api.config(params.member, 'yaml');
      else if (name) yaml = await api.object(kind, name, params.member, 'yaml');
      else if (params.from) {
        const copy = read(await api.object(kind, params.from, params.member, 'yaml'));
        copy.name = `${params.from}-copy`;
        yaml = write(copy);
      } else yaml = write({ name: '', ...structuredClone(BLANK[kind] ?? {}) });
      state.before = created ? '' : yaml;
      state.yaml = yaml;
      const draft = drafts.get(draftKey);
      if (draft && draft !== yaml) {
        state.yaml = draft;
        state.restored = true;
      }
      if (whole || !FORMS[kind]) state.mode = 'yaml';
      toForm();
      if (state.formFault) state.mode = 'yaml';
      if (!created || params.from) validateSoon(0);
    } catch (e) {
      state.error = e;
    }
    redraw();
    const found = await Promise.allSettled(REFERENCES.map((k) => api.objects(k, params.member)));
    found.forEach((answer, i) => {
      if (answer.status === 'fulfilled') state.names[REFERENCES[i]] = (answer.value.items ?? []).map((o) => o.name);
    });
    redraw();
  }

  function toForm() {
    try {
      const value = read(state.yaml);
      if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error('not an object');
      state.object = value;
      state.formFault = null;
    } catch (e) {
      state.formFault = e;
    }
  }

  const dirty = () => state.yaml !== null && state.yaml !== state.before;

  function edited() {
    if (dirty()) drafts.set(draftKey, state.yaml);
    else drafts.delete(draftKey);
    state.checked = false;
    validateSoon(TYPING_MS);
    redraw();
  }

  function validateSoon(delay) {
    clearTimeout(typing);
    typing = setTimeout(validate, delay);
  }

  async function validate() {
    check?.abort();
    const own = new AbortController();
    check = own;
    state.checking = true;
    redraw();
    try {
      await api.validate(state.yaml, whole ? undefined : kind, state.scope || params.member, own.signal);
      if (own !== check) return;
      state.problems = [];
      state.checked = true;
    } catch (e) {
      if (own !== check || own.signal.aborted) return;
      // What is only warned of elsewhere in the configuration is none of this object's business.
      const ours = (e.problems ?? []).filter((p) => whole || p.error !== false || p.path?.startsWith(`${kind}[`));
      state.problems = ours.length ? ours : [{ path: '', position: '', message: e.message, error: true }];
      state.checked = e.status > 0;
    }
    state.checking = false;
    redraw();
  }

  const relative = (problem) => problem.path?.replace(/^[a-z]+\[\d+\]\.?/, '').replace(/^[a-z]+\.(?=name$)/, '') ?? '';

  function lineOf(problem) {
    const position = /(\d+):\d+$/.exec(problem.position ?? '') ?? /line (\d+)/.exec(problem.message ?? '');
    if (position) return Number(position[1]);
    const key = relative(problem).split('.').pop()?.replace(/\[\d+\]$/, '');
    if (!key) return 0;
    return state.yaml.split('\n').findIndex((l) => l.trim().replace(/^- /, '').startsWith(`${key}:`)) + 1;
  }

  function setMode(mode) {
    if (mode === 'form') {
      toForm();
      if (state.formFault) {
        redraw();
        return;
      }
    }
    state.mode = mode;
    redraw();
  }

  function review() {
    const target = state.scope || undefined;
    let answer = null;
    let failed = null;
    const self = dialog({
      wide: true,
      title: created ? `Create this ${noun}?` : whole ? 'Put this configuration in force?' : `Change the ${noun} ${name}?`,
      body: () => [
        failed && notice('bad', failed.message),
        !answer && !failed && skeleton(6),
        answer && [
          h('p', { class: 'dim' }, answer.changed === false ? 'Nothing would change.' : [changes(answer), ` On ${target ?? (members().length > 1 ? 'all members' : answer.member)}; shown as on ${answer.member}. What has not changed keeps its connections.`]),
          answer.changed !== false && diffView(answer.before, answer.after),
        ],
      ],
      foot: (own) => [
        button('Back', () => own.close()),
        button(created ? 'Create it' : 'Apply', null, { kind: 'primary', type: 'submit', disabled: !answer || answer.changed === false, busy: own.busy }),
      ],
      submit: async () => {
        const result = await (whole ? api.applyConfig(state.yaml, target) : created ? api.create(kind, state.yaml, target) : api.replace(kind, name, state.yaml, target));
        drafts.delete(draftKey);
        report(result, created ? `The ${noun} is created.` : whole ? 'The configuration is in force.' : `The ${noun} ${name} is changed.`);
        state.before = state.yaml;
        const now = whole ? null : nameOf();
        if (whole) go('services');
        else if (now && now !== name) go('editor', { member: params.member }, kind, now);
        redraw();
      },
    });
    api.diff(state.yaml, whole ? undefined : kind, target ?? params.member).then((d) => (answer = d), (e) => (failed = e)).finally(self.redraw);
  }

  function nameOf() {
    try {
      return read(state.yaml).name;
    } catch {
      return undefined;
    }
  }

  const members = () => live.overview?.members ?? [];

  return {
    title: whole ? 'Configuration' : created ? `New ${noun}` : name,
    nav: USERS.includes(kind) ? 'users' : 'services',
    leave() {
      clearTimeout(typing);
      check?.abort();
      check = null;
    },
    view() {
      if (state.error) return h('div', { class: 'stack' }, back(), notice('bad', state.error.message));
      if (state.yaml === null) return h('div', { class: 'stack' }, back(), h('div', { class: 'card' }, h('div', { class: 'card-body' }, skeleton(8))));
      const errors = state.problems.filter((p) => p.error !== false);
      return h('div', { class: 'stack' },
        h('div', { class: 'tools' }, back(),
          FORMS[kind] && segments('View', state.mode, [{ value: 'form', label: 'Form' }, { value: 'yaml', label: 'YAML' }], setMode),
          verdict(errors),
          h('div', { class: 'end' },
            may && members().length > 1 && h('div', { class: 'pick' }, select('scope', state.scope, memberOptions('For all members', 'Only for '), (v) => {
              state.scope = v;
              validateSoon(0);
              redraw();
            }, { 'aria-label': 'Members' })),
            may && name && iconButton('trash', `Delete ${name}`, () => removeObject(kind, name, params.member, () => go(...listAddress())), { risky: true }),
            dirty() && !created && button('Discard', () => {
              state.yaml = state.before;
              state.restored = false;
              toForm();
              edited();
            }, { kind: 'quiet' }),
            may && button(created ? 'Review and create' : 'Review changes', review, { kind: 'primary', disabled: !dirty() || errors.length > 0 || state.checking }))),
        state.restored && notice('info', 'These are your changes from before; they have not been applied.'),
        !may && notice('info', 'Your role may look at this, not change it.'),
        state.formFault && state.mode === 'yaml' && FORMS[kind] && notice('warn', `The form cannot show this${state.formFault.line ? ` (line ${state.formFault.line})` : ''}: ${state.formFault.message}.`),
        state.mode === 'form' ? formView() : [problemsView(errors, state.problems), yamlView(errors)]);
    },
  };

  function listAddress() {
    return USERS.includes(kind) ? ['users'] : ['services', { kind: kind === 'services' || whole ? undefined : kind, on: params.member }];
  }

  function back() {
    return h('a', { class: 'back', href: link(...listAddress()) }, icon('left', 14), USERS.includes(kind) ? 'Users and limits' : 'All of them');
  }

  function verdict(errors) {
    const [level, glyph, text] = state.checking
      ? ['', null, 'Checking']
      : errors.length
        ? ['bad', 'warn', plural(errors.length, 'problem')]
        : state.checked
          ? ['ok', 'check', 'No problems']
          : ['', null, created && !dirty() ? '' : 'Not checked yet'];
    return text && h('span', { class: `tag ${level}`, role: 'status', 'data-verdict': level || 'open' }, glyph && icon(glyph, 12), text);
  }

  /** What cannot be said beside a field is said above the form. */
  function formView() {
    const problems = new Map(state.problems.map((p) => [relative(p), p.message]));
    const fields = form(FORMS[kind], state.object, {
      names: state.names,
      problems,
      readOnly: !may,
      changed() {
        state.yaml = write(state.object);
        edited();
      },
    });
    return [problemsView(state.problems.filter((p) => p.error !== false), state.problems.filter((p) => problems.has(relative(p)))), fields];
  }

  function yamlView(errors) {
    const lines = state.yaml.split('\n');
    const faulty = new Set(errors.map(lineOf));
    return h('div', { class: 'editor' },
      h('div', { class: 'editor-lines', 'aria-hidden': 'true' }, lines.map((_, i) => h('div', { class: faulty.has(i + 1) ? 'faulty' : undefined }, i + 1))),
      h('textarea', {
        id: 'yaml',
        'aria-label': whole ? 'Configuration as YAML' : `The ${noun} as YAML`,
        value: state.yaml,
        rows: Math.max(16, lines.length + 1),
        readOnly: !may,
        spellcheck: 'false',
        autocapitalize: 'none',
        wrap: 'off',
        oninput: (e) => {
          state.yaml = e.target.value;
          toForm();
          edited();
        },
        onkeydown: indent,
      }));
  }

  /** A new line begins below the one before. Tab still leaves the field. */
  function indent(e) {
    if (e.key !== 'Enter' || e.ctrlKey || e.metaKey || e.shiftKey) return;
    const area = e.target;
    const line = area.value.slice(0, area.selectionStart).split('\n').pop();
    const spaces = /^ */.exec(line)[0] + (/:\s*$/.test(line) ? '  ' : '');
    if (!spaces) return;
    e.preventDefault();
    area.setRangeText(`\n${spaces}`, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input'));
  }

  function problemsView(errors, shown) {
    if (!shown.length) return null;
    return h('div', { key: 'problems', class: `notice ${errors.length ? 'bad' : 'warn'} problems-notice ${state.mode}`, role: 'alert' }, icon('warn'), h('ul', { class: 'problems grow' }, shown.map((p) => {
      const line = lineOf(p);
      return h('li', { key: p.path + p.message }, state.mode === 'yaml' && line > 0
        ? h('button', { type: 'button', onclick: () => goToLine(line) }, `Line ${line}: ${sentence(p.message)}`)
        : [relative(p) && h('code', {}, relative(p)), relative(p) && ': ', relative(p) ? p.message : sentence(p.message)]);
    })));
  }

  function goToLine(line) {
    const area = document.getElementById('yaml');
    const start = state.yaml.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (state.yaml.split('\n')[line - 1]?.length ?? 0));
  }
}

function changes(d) {
  const verb = { create: 'Creates', replace: 'Changes', delete: 'Deletes' };
  const said = (d.objects ?? []).map((o) => `${verb[o.change] ?? o.change} ${kindOf(o.kind)[1]} ${o.name ?? ''}`.trim());
  return said.length ? `${said.join(', ')}.` : '';
}

/** What a new object begins with. */
const BLANK = {
  services: { addr: ':8080', handler: { type: 'http' }, listener: { type: 'tcp' } },
  chains: { hops: [{ name: 'hop-1', nodes: [{ name: 'node-1', addr: '', connector: { type: 'http' }, dialer: { type: 'tcp' } }] }] },
  authers: { auths: [{ username: '', password: '' }] },
  hosts: { mappings: [{ hostname: '', ip: '' }] },
  resolvers: { nameservers: [{ addr: '' }] },
  ingresses: { rules: [{ hostname: '', endpoint: '' }] },
};
