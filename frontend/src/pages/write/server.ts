import { http } from '../../api';
import { settle } from '../../api/http';
import { createUploads } from '../../api/upload';
import { cookie } from '../../browser/cookies';

/** The way to the server that gave this page for pictures, with their progress. */
export const uploads = createUploads({
  csrf: () => cookie('ppenter_csrf'),
  // Any question that wants an account renews a token that has run out.
  renew: (signal) => settle(signal, http.GET('/api/posts/check-login/', { signal })),
});
