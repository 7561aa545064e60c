// What the visitor wrote and the house does not have yet. Each carries a number of its own, so that sending it again on a bad line makes it no second one.
export class Queue {
  constructor(send, changed, kept = []) {
    this.send = send;
    this.changed = changed;
    this.waiting = kept;
    this.busy = false;
    addEventListener("online", () => this.run());
  }

  add(one) {
    this.waiting.push(one);
    this.changed();
    this.run();
  }

  again(id) {
    for (const one of this.waiting) if (one.id === id) one.refused = "";
    this.changed();
    this.run();
  }

  drop(id) {
    this.waiting = this.waiting.filter((one) => one.id !== id);
    this.changed();
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    let pause = 1000;
    for (let one; (one = this.waiting.find((each) => !each.refused)); ) {
      let answer = null;
      try {
        answer = await this.send(one);
      } catch {
        one.offline = true;
      }
      if (answer?.ok) {
        this.drop(one.id);
        pause = 1000;
        continue;
      }
      // Told no for good; everything else may pass.
      if (answer && answer.status < 500 && answer.status !== 429) {
        one.refused = answer.errors ? Object.values(answer.errors).flat().join(" ") : " ";
        one.offline = false;
        this.changed();
        continue;
      }
      this.changed();
      await new Promise((go) => setTimeout(go, answer?.pause ? answer.pause * 1000 : pause));
      pause = Math.min(pause * 2, 15000);
    }
    this.busy = false;
  }
}
