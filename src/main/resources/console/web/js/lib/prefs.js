/** What this browser remembers. Nothing secret. */

const read = (key) => {
  try {
    return localStorage.getItem(`warren.${key}`);
  } catch {
    return null;
  }
};

export function remember(key, value) {
  try {
    localStorage.setItem(`warren.${key}`, value);
  } catch {
    // Private windows may forbid it; the choice then lasts as long as the page.
  }
}

/** `system`, `light` or `dark`. */
export function theme() {
  return read('theme') ?? 'system';
}

export function setTheme(value) {
  remember('theme', value);
  applyTheme(value);
}

export function applyTheme(value = theme()) {
  if (value === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', value);
}
