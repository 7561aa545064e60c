// The line to the house: small questions that need no preflight, and a stream of hints that is opened again whenever it breaks.

// Letters and digits nobody guesses.
export function secret(length = 24) {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => letters[byte % 62]).join("");
}

export class Line {
  constructor(base, language) {
    this.base = base;
    this.language = language;
  }

  // The answer's object; {status} of a refusal; throws where there is no connection.
  async ask(what, given = {}, file = null) {
    const asked = { lang: this.language, ...given };
    let body = JSON.stringify(asked);
    const headers = {};
    if (file) {
      body = new FormData();
      for (const [name, value] of Object.entries(asked)) body.append(name, value);
      body.append("file", file);
    } else headers["Content-Type"] = "text/plain;charset=UTF-8";
    const answer = await fetch(`${this.base}/${what}/`, {
      method: "POST", body, headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(file ? 120000 : 20000),
    });
    const found = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    return { ...found, ok: answer.ok, status: answer.status, pause: Number(answer.headers.get("Retry-After")) || 0 };
  }

  // Calls told(topic) for every hint, and told("") whenever the line is new: then something may have been missed.
  async follow(token, told, lost) {
    this.stop();
    const mine = (this.mine = new AbortController());
    let pause = 1000, deaf = 0;
    const onWake = () => document.hidden || this.reader?.abort();
    addEventListener("online", onWake, { signal: mine.signal });
    while (!mine.signal.aborted) {
      try {
        told("");
        if (deaf < 2) deaf = (await this.#stream(token, told)) ? 0 : deaf + 1;
        else await this.#wait(token, told);
        pause = 1000;
      } catch (problem) {
        if (problem.message === "404" || problem.message === "403") return lost();
        await new Promise((go) => setTimeout(go, pause * (0.7 + Math.random() * 0.6)));
        pause = Math.min(pause * 2, 30000);
      }
    }
  }

  stop() {
    this.mine?.abort();
    this.reader?.abort();
  }

  #open(what, token) {
    const reader = (this.reader = new AbortController());
    return fetch(`${this.base}/${what}/`, {
      method: "POST", body: JSON.stringify({ token }), headers: { "Content-Type": "text/plain;charset=UTF-8" },
      credentials: "omit", cache: "no-store", signal: reader.signal,
    }).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer;
    });
  }

  // Whether anything came: a stream that some machine in between holds back is no use.
  async #stream(token, told) {
    const answer = await this.#open("stream", token);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "", heard = false, watch;
    const alarm = () => {
      clearTimeout(watch);
      watch = setTimeout(() => this.reader.abort(), heard ? 40000 : 8000);
    };
    try {
      for (;;) {
        alarm();
        const { value, done } = await reader.read();
        if (done) return heard;
        heard = true;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        for (const line of lines) if (line.startsWith("data: ")) told(line.slice(6));
      }
    } catch {
      return heard;
    } finally {
      clearTimeout(watch);
    }
  }

  async #wait(token, told) {
    const topic = await (await this.#open("wait", token)).text();
    if (topic) told(topic);
  }
}
