/** What lies above the page: dialogs, drawers, menus, toasts. The browser's own `dialog` keeps the focus inside and gives it back. */

import { h, render } from '../lib/dom.js';
import { icon } from './icons.js';
import { outcome } from '../lib/api.js';

const open = [];
let next = 1;

export function redrawLayers() {
  render(document.getElementById('layer'), open.map((layer) => layer.view()));
}

export function closeAll() {
  const all = open.splice(0);
  redrawLayers();
  all.forEach((layer) => layer.closed?.());
}

function close(layer) {
  const at = open.indexOf(layer);
  if (at < 0) return;
  open.splice(at, 1);
  // What is below takes no focus as long as a dialog is there.
  redrawLayers();
  layer.closed?.();
}

/**
 * A dialog, or a drawer at the side.
 *
 * @param spec {title, body(self), foot(self), submit(self): promise, drawer, wide, closed}; when `submit` fails, its message stands above the buttons
 */
export function dialog(spec) {
  const before = document.activeElement;
  const id = `layer-${next++}`;
  const self = { busy: false, error: null, close: () => close(layer), redraw: redrawLayers };
  async function submit(event) {
    event?.preventDefault();
    if (self.busy || !spec.submit) return;
    self.busy = true;
    self.error = null;
    redrawLayers();
    try {
      if ((await spec.submit(self)) !== false) self.close();
    } catch (e) {
      self.error = e;
    } finally {
      self.busy = false;
      redrawLayers();
    }
  }
  const layer = {
    closed: () => {
      spec.closed?.();
      if (before?.isConnected) before.focus({ preventScroll: true });
    },
    view: () =>
      h('dialog', {
        key: id,
        class: spec.drawer ? 'drawer' : `dialog${spec.wide ? ' wide' : ''}`,
        'aria-labelledby': `${id}-title`,
        mounted: (node) => {
          node.showModal();
          (node.querySelector('[autofocus]') ?? node.querySelector('.dialog-body input, .dialog-body select, .dialog-body textarea') ?? node.querySelector('.dialog-foot .button'))?.focus();
        },
        oncancel: (e) => {
          e.preventDefault();
          if (!self.busy) self.close();
        },
        onmousedown: (e) => {
          if (e.target === e.currentTarget && outside(e) && !self.busy) self.close();
        },
      },
      h('form', { class: 'dialog-form', onsubmit: submit, novalidate: true },
        h('div', { class: 'dialog-head' },
          h('h2', { id: `${id}-title` }, typeof spec.title === 'function' ? spec.title(self) : spec.title),
          h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', title: 'Close', onclick: () => self.close() }, icon('close'))),
        h('div', { class: 'dialog-body' }, spec.body?.(self), self.error && !spec.beside?.(self.error) && failure(self.error)),
        spec.foot && h('div', { class: 'dialog-foot' }, spec.foot(self)))),
  };
  open.push(layer);
  redrawLayers();
  return self;
}

function outside(e) {
  const box = e.currentTarget.getBoundingClientRect();
  return e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
}

/** What went wrong, with what each member said. */
export function failure(error) {
  const said = (error.results ?? []).filter((r) => r.outcome !== 'done' && r.outcome !== 'unchanged');
  return h('div', { class: 'notice bad', role: 'alert' }, icon('warn'),
    h('div', { class: 'grow' }, h('div', {}, error.message),
      said.length > 1 && h('ul', {}, said.map((r) => h('li', {}, `${r.member}: ${r.detail ?? (r.outcome === 'stale' ? 'did not answer' : r.outcome)}`)))));
}

/**
 * Asks before something is done that cannot be undone.
 *
 * @param spec {title, text, verb, risky, fields(self), run(): promise of the answer, did, beside(error): whether a field shows it}
 */
export function ask(spec) {
  return dialog({
    title: spec.title,
    beside: spec.beside,
    body: (self) => [spec.text && h('p', { class: 'dim' }, spec.text), spec.fields?.(self)],
    foot: (self) => [
      h('button', { type: 'button', class: 'button', onclick: () => self.close(), autofocus: spec.risky && !spec.fields }, 'Cancel'),
      h('button', { type: 'submit', class: `button ${spec.risky ? 'danger' : 'primary'}`, disabled: self.busy || spec.ready?.() === false },
        self.busy && h('span', { class: 'spinner' }), spec.verb),
    ],
    submit: async () => {
      const answer = await spec.run();
      report(answer, typeof spec.did === 'function' ? spec.did(answer) : spec.did);
      spec.after?.(answer);
    },
  });
}

/** Does something at once and says what became of it. */
export async function act(run, did, after) {
  try {
    const answer = await run();
    report(answer, typeof did === 'function' ? did(answer) : did);
    after?.(answer);
  } catch (e) {
    toast('bad', e.message);
  }
}

export function report(answer, did) {
  const { text, partial } = outcome(answer, did);
  toast(partial ? 'warn' : 'ok', text);
}

/** A menu at a button. Items: {label, icon, risky, run, href, checked, title, line}. */
export function menu(button, items) {
  const box = button.getBoundingClientRect();
  const id = `layer-${next++}`;
  const closeMenu = () => close(layer);
  const away = (e) => {
    if (!e.target.closest?.('.menu')) closeMenu();
  };
  const keys = (e) => {
    const choices = [...document.querySelectorAll('.menu button, .menu a')];
    const at = choices.indexOf(document.activeElement);
    if (e.key === 'Escape' || e.key === 'Tab') {
      e.preventDefault();
      e.stopPropagation();
      closeMenu();
    } else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      choices[(at + (e.key === 'ArrowDown' ? 1 : choices.length - 1)) % choices.length]?.focus();
    }
  };
  const layer = {
    closed: () => {
      removeEventListener('mousedown', away, true);
      removeEventListener('keydown', keys, true);
      removeEventListener('scroll', closeMenu, true);
      button.setAttribute('aria-expanded', 'false');
      if (button.isConnected) button.focus({ preventScroll: true });
    },
    view: () =>
      h('div', {
        key: id,
        class: 'menu',
        role: 'menu',
        mounted: (node) => {
          const size = node.getBoundingClientRect();
          const left = Math.max(8, Math.min(box.right - size.width, innerWidth - size.width - 8));
          const below = box.bottom + 4 + size.height < innerHeight;
          node.style.left = `${left}px`;
          node.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - size.height - 4)}px`;
          (node.querySelector('[aria-checked="true"]') ?? node.querySelector('button, a'))?.focus();
        },
      },
      items.filter(Boolean).map((item) => {
        if (item.line) return h('hr', {});
        if (item.title) return h('div', { class: 'menu-title' }, item.title);
        const props = {
          role: item.checked === undefined ? 'menuitem' : 'menuitemradio',
          'aria-checked': item.checked === undefined ? undefined : String(item.checked),
          class: item.risky ? 'risky' : undefined,
        };
        const inside = [item.icon && icon(item.icon), item.label];
        return item.href
          ? h('a', { ...props, href: item.href, onclick: closeMenu }, inside)
          : h('button', { ...props, type: 'button', onclick: () => { closeMenu(); item.run(); } }, inside);
      })),
  };
  button.setAttribute('aria-expanded', 'true');
  open.push(layer);
  redrawLayers();
  addEventListener('mousedown', away, true);
  addEventListener('keydown', keys, true);
  addEventListener('scroll', closeMenu, true);
}

/** A layer of another shape: {view(), closed()}. */
export function layer(spec) {
  open.push(spec);
  redrawLayers();
  return { close: () => close(spec) };
}

const toasts = [];

/** @param level ok, warn or bad; bad ones stay until they are dismissed */
export function toast(level, text) {
  const one = { id: next++, level, text };
  toasts.push(one);
  if (toasts.length > 3) toasts.shift();
  drawToasts();
  if (level !== 'bad') setTimeout(() => dismiss(one), level === 'warn' ? 9000 : 5000);
}

function dismiss(one) {
  const at = toasts.indexOf(one);
  if (at >= 0) toasts.splice(at, 1);
  drawToasts();
}

function drawToasts() {
  const host = document.getElementById('toasts');
  render(host, toasts.map((t) =>
    h('div', { key: t.id, class: `toast ${t.level}` }, icon(t.level === 'ok' ? 'check' : 'warn'), h('p', {}, t.text),
      h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Dismiss', onclick: () => dismiss(t) }, icon('close', 14)))));
  // In the top layer, or a dialog's veil would lie over it.
  if (host.showPopover) {
    host.popover = 'manual';
    if (host.matches(':popover-open')) host.hidePopover();
    if (toasts.length) host.showPopover();
  }
}
