import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { locale } from './i18n/index.svelte';
import { registerWorker } from './shell/worker';
import { themeChoice } from './theme.svelte';

themeChoice.show();

const target = document.getElementById('app');
if (target === null) throw new Error('mount page: no element #app');
locale.start().then(
  () => mount(App, { target }),
  () => {
    // Without the texts there is no page: the last word is in both languages.
    target.textContent =
      '서버에 닿지 않아요. 새로 고쳐 주세요. The server cannot be reached. Please reload the page.';
  },
);
registerWorker();
