import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { themeChoice } from './theme.svelte';

themeChoice.show();

const target = document.getElementById('app');
if (target === null) throw new Error('mount page: no element #app');
mount(App, { target });
