import { test as base } from '@playwright/test';
import { Person } from './browser';
import { cameras } from './paths';
import { Server } from './server';

interface Stage {
  /** What the server is configured with beside its defaults. */
  environment: Record<string, string>;
  server: Server;
  ada: Person;
  ben: Person;
}

/** Tests with a server of their own and two people before different cameras, each started when first asked for. */
export const test = base.extend<Stage>({
  environment: [{}, { option: true }],
  server: async ({ environment }, use, info) => {
    const server = await Server.start(environment);
    await use(server);
    if (info.status !== info.expectedStatus) {
      console.log(
        'the server said:',
        server.log
          .slice(-40)
          .map((line) => JSON.stringify(line))
          .join('\n'),
      );
    }
    await server.stop();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  ada: async ({}, use) => {
    const ada = await Person.start('Ada', cameras.ada);
    await use(ada);
    await ada.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  ben: async ({}, use) => {
    const ben = await Person.start('Ben', cameras.ben);
    await use(ben);
    await ben.close();
  },
});

export { expect } from '@playwright/test';
