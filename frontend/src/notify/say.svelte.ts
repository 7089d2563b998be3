/** How who did something is called, in the language of the page. */
import { t } from '../i18n/index.svelte';
import type { News } from './messages';
import { sentenceOf } from './words';

/** What happened, in one sentence. */
export function sayNews(news: News): string {
  return t(sentenceOf(news), { name: news.actor?.nickname ?? t('bell.someone') });
}
