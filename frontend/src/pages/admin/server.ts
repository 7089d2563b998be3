import { http } from '../../api';
import { createAdmin } from '../../api/admin';

/** The server that gave this page, as the staff may ask it. */
export const admin = createAdmin(http);
