import { expect, it } from 'vitest';
import { type AdminReport, createAdmin } from '../../api/admin';
import { createHttp } from '../../api/http';
import { measureFor, take } from './measure';

const owner = { id: 5, username: 'ada', nickname: 'Ada', avatar: { url: '', photo_id: 0, blurhash: '' } };

function report(target: Partial<AdminReport['target']>): AdminReport {
  return {
    id: 9,
    reason: 'spam',
    content: '',
    state: 'open',
    created: '',
    resolved: null,
    target: { kind: 'post', id: 7, gone: false, title: '', text: '', post: 0, facechat: 0, owner, ...target },
  };
}

it.each([
  [{ kind: 'user' }, { does: 'disable', id: 7 }],
  [{ kind: 'post' }, { does: 'removepost', id: 7 }],
  [
    { kind: 'comment', post: 3 },
    { does: 'removecomment', id: 7 },
  ],
  [
    { kind: 'photo', post: 3 },
    { does: 'removepost', id: 3 },
  ],
  [{ kind: 'photo' }, null],
  [{ kind: 'facechat' }, { does: 'closeroom', id: 7 }],
  [
    { kind: 'message', facechat: 2 },
    { does: 'disable', id: 5 },
  ],
  [{ kind: 'post', gone: true }, null],
] as const)('about %j it is %j', (target, measure) => {
  expect(measureFor(report(target))).toEqual(measure);
});

const signal = new AbortController().signal;

function server(refused = '') {
  const sent: string[] = [];
  const fetch = async (request: Request) => {
    const url = new URL(request.url);
    sent.push(`${request.method} ${url.pathname}${url.search} ${await request.text()}`.trim());
    if (url.pathname === refused) {
      return Response.json({ code: 'target_is_staff' }, { status: 403 });
    }
    return request.method === 'DELETE' || url.pathname.endsWith('/close/')
      ? new Response(null, { status: 204 })
      : Response.json(report({}));
  };
  return { admin: createAdmin(createHttp('http://x', { fetch })), sent };
}

it.each([
  [{ kind: 'post' }, 'DELETE /api/admin/posts/7/?reason=so%20it%20is'],
  [{ kind: 'comment' }, 'DELETE /api/admin/comments/7/?reason=so%20it%20is'],
  [{ kind: 'facechat' }, 'POST /api/admin/rooms/7/close/ {"reason":"so it is"}'],
  [{ kind: 'user' }, 'POST /api/admin/users/7/disable/ {"reason":"so it is"}'],
] as const)('the measure about %j closes the report, too', async (target, line) => {
  const { admin, sent } = server();
  const about = report(target);
  const measure = measureFor(about);
  if (measure === null) throw new Error('no measure');
  await take(admin, signal, about, measure, 'so it is');
  expect(sent).toEqual([line, 'POST /api/admin/reports/9/resolve/ {"action":"resolved","note":"so it is"}']);
});

it('a measure that is refused leaves the report open', async () => {
  const { admin, sent } = server('/api/admin/users/7/disable/');
  const taken = take(admin, signal, report({ kind: 'user' }), { does: 'disable', id: 7 }, 'x');
  await expect(taken).rejects.toMatchObject({ code: 'target_is_staff' });
  expect(sent).toHaveLength(1);
});
