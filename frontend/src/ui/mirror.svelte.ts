/** Where one's own picture stands in a call, and whether it is shown; remembered for the next one. */
import { memory } from '../browser/memory';
import { type Corner, named, nameOf } from './corner';

export class MirrorPlace {
  corner = $state.raw<Corner>(named(memory.get('mirror')));
  hidden = $state(memory.get('mirrorhidden') === 'yes');

  move(corner: Corner): void {
    this.corner = corner;
    memory.set('mirror', nameOf(corner));
  }

  show(on: boolean): void {
    this.hidden = !on;
    memory.set('mirrorhidden', on ? '' : 'yes');
  }
}
