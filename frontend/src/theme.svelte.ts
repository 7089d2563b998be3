/** Light, dark, or as the device says. The colours themselves stand in app.css. */
import { memory } from './browser/memory';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

class ThemeChoice {
  theme = $state<Theme>(THEMES.find((theme) => theme === memory.get('theme')) ?? 'system');

  choose(theme: Theme): void {
    this.theme = theme;
    memory.set('theme', theme === 'system' ? '' : theme);
    this.show();
  }

  show(): void {
    if (this.theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
  }
}

export const themeChoice = new ThemeChoice();
