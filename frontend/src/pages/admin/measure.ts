/** What the staff can do at once about the thing that a report is about. */
import type { Admin, AdminReport } from '../../api/admin';

export type Measure = { does: 'disable' | 'removepost' | 'removecomment' | 'closeroom'; id: number };

/** null: nothing, as the thing is gone, or of a kind that has no measure of its own. */
export function measureFor({ target }: AdminReport): Measure | null {
  if (target.gone) return null;
  switch (target.kind) {
    case 'user':
      return { does: 'disable', id: target.id };
    case 'post':
      return { does: 'removepost', id: target.id };
    case 'comment':
      return { does: 'removecomment', id: target.id };
    case 'photo':
      return target.post === 0 ? null : { does: 'removepost', id: target.post };
    case 'facechat':
      return { does: 'closeroom', id: target.id };
    case 'message':
      return target.owner === undefined ? null : { does: 'disable', id: target.owner.id };
  }
}

/** Takes the measure, and closes the report with the same reason. */
export async function take(
  admin: Admin,
  signal: AbortSignal,
  report: AdminReport,
  { does, id }: Measure,
  reason: string,
): Promise<AdminReport> {
  if (does === 'disable') await admin.disable(signal, id, reason);
  else if (does === 'removepost') await admin.removePost(signal, id, reason);
  else if (does === 'removecomment') await admin.removeComment(signal, id, reason);
  else await admin.closeRoom(signal, id, reason);
  return admin.resolve(signal, report.id, 'resolved', reason);
}
