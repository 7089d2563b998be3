import { expect, it } from 'vitest';
import { deviceOf } from './device';

const like = '(KHTML, like Gecko)';

it.each([
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 ${like} Chrome/140.0.0.0 Safari/537.36`,
    ['computer', 'Chrome', 'Windows'],
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 ${like} Chrome/140.0.0.0 Safari/537.36 Edg/140.0`,
    ['computer', 'Edge', 'Windows'],
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 ${like} Chrome/140.0.0.0 Whale/4.33 Safari/537.36`,
    ['computer', 'Whale', 'Windows'],
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 ${like} Version/18.0 Safari/605.1.15`,
    ['computer', 'Safari', 'macOS'],
  ],
  [
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    ['computer', 'Firefox', 'Linux'],
  ],
  [
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ${like} HeadlessChrome/140.0.0.0 Safari/537.36`,
    ['computer', 'Chrome', 'Linux'],
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 ${like} Chrome/140.0.0.0 Safari/537.36`,
    ['computer', 'Chrome', 'ChromeOS'],
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; SM-S938N) AppleWebKit/537.36 ${like} SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36`,
    ['phone', 'Samsung Internet', 'Android'],
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 ${like} Chrome/140.0.0.0 Safari/537.36`,
    ['tablet', 'Chrome', 'Android'],
  ],
  ['Mozilla/5.0 (Android 14; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0', ['tablet', 'Firefox', 'Android']],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 ${like} CriOS/140.0 Mobile/15E148 Safari/604.1`,
    ['phone', 'Chrome', 'iPhone'],
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 ${like} Mobile/15E148 KAKAOTALK 25.1.0`,
    ['phone', 'KakaoTalk', 'iPhone'],
  ],
  [
    `Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 ${like} Version/18.0 Mobile/15E148 Safari/604.1`,
    ['tablet', 'Safari', 'iPad'],
  ],
  ['Mozilla/5.0 (Something New)', ['computer', '', '']],
  ['curl/8.5.0', ['program', '', '']],
  ['node', ['program', '', '']],
  ['', ['program', '', '']],
])('%s', (agent, [kind, browser, system]) => {
  expect(deviceOf(agent)).toEqual({ kind, browser, system });
});
