/** Who are you? */

import { h } from '../lib/dom.js';
import { api } from '../lib/api.js';
import { mark } from '../ui/icons.js';
import { button, field, input } from '../ui/parts.js';

const state = { user: 'admin', password: '', error: null, busy: false };

export function login(entered, redraw) {
  async function submit(e) {
    e.preventDefault();
    if (state.busy) return;
    state.error = null;
    if (!state.user || !state.password) {
      state.error = 'Both are needed.';
      redraw();
      return;
    }
    state.busy = true;
    redraw();
    try {
      const session = await api.login(state.user, state.password);
      state.password = '';
      entered(session);
    } catch (failed) {
      state.error = failed.status === 401 ? 'That user and password do not go together.' : failed.message;
    }
    state.busy = false;
    redraw();
    const field = state.error && document.getElementById('password');
    if (field) {
      field.focus();
      field.select();
    }
  }
  return h('main', { class: 'login' }, h('div', { class: 'login-box' },
    h('div', { class: 'login-mark' }, mark(44), h('div', {}, h('h1', {}, 'Warren'), h('p', { class: 'dim' }, 'Log in to see and steer the cluster'))),
    h('div', { class: 'card' }, h('form', { onsubmit: submit, novalidate: true },
      field('user', 'User', input('user', state.user, (v) => (state.user = v), { name: 'username', autocomplete: 'username', autocapitalize: 'none' })),
      field('password', 'Password', input('password', state.password, (v) => (state.password = v), {
        type: 'password',
        name: 'password',
        autocomplete: 'current-password',
        'aria-invalid': state.error ? 'true' : undefined,
        'aria-describedby': state.error ? 'password-error' : undefined,
        mounted: (node) => node.focus(),
      }), { error: state.error }),
      button('Log in', null, { kind: 'primary', type: 'submit', busy: state.busy }))),
    h('p', { class: 'login-note' }, 'The first start printed a password for “admin”, unless the configuration names one.')));
}
