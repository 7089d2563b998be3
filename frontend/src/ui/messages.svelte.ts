/** Short messages that pass by: what was done, and what went wrong. */
export interface Message {
  id: number;
  text: string;
  bad: boolean;
}

const LASTS_MS = 6000;
const MOST = 3;

class Messages {
  all = $state.raw<Message[]>([]);
  #last = 0;

  say(text: string, { bad = false } = {}): void {
    const id = ++this.#last;
    this.all = [...this.all, { id, text, bad }].slice(-MOST);
    setTimeout(() => this.close(id), LASTS_MS);
  }

  close(id: number): void {
    this.all = this.all.filter((message) => message.id !== id);
  }
}

export const messages = new Messages();
