import { createApi } from './client';

/** The server that gave this page. */
export const api = createApi(location.origin);
