// Questions to the server that served this page. Each carries the token of the run.

const token = document.querySelector('meta[name="glotmill-token"]').content;

export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export async function ask(name, question = {}, signal = undefined) {
  let response;
  try {
    response = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-glotmill-token": token },
      body: JSON.stringify(question),
      credentials: "same-origin",
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The server does not answer: is `glotmill inspect` still running?", 0);
  }
  const text = await response.text();
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    throw new Refused(text.trim() || `status ${response.status}`, response.status);
  }
  if (!response.ok) throw new Refused(told.error, response.status);
  return told;
}

// Of several questions of one kind only the last one's answer counts: those before it are given up.
export function latest(name) {
  let running = null;
  return async (question) => {
    running?.abort();
    const mine = (running = new AbortController());
    return ask(name, question, mine.signal);
  };
}
