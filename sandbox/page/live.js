// Live news by server-sent events. Browsers allow about six connections to one server for ALL pages together, so of
// several open pages only one listens (it holds a lock) and tells the others; if it closes, the next takes over.

const CHANNEL = "sandbox-events";
const FIRST_DELAY = 500;
const LAST_DELAY = 5000;

/**
 * Listen until the page goes away.
 * @param {{news: (event: object) => void, back: () => void, lost: () => void}} hear `back` also comes at the first
 *   connection and after every gap: whatever happened meanwhile is unknown, so read everything again
 */
export function listen(hear) {
  if (!navigator.locks || !window.BroadcastChannel) {
    connect(hear);
    return;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data.sign === "news") hear.news(data.event);
    else if (data.sign === "back") hear.back();
    else if (data.sign === "lost") hear.lost();
  };
  const tell = (sign, event) => channel.postMessage({ sign, event });
  hear.back();
  navigator.locks.request(CHANNEL, () => {
    connect({
      news: (event) => (tell("news", event), hear.news(event)),
      back: () => (tell("back"), hear.back()),
      lost: () => (tell("lost"), hear.lost()),
    });
    return new Promise(() => {}); // held until the page goes away
  });
}

function connect(hear, delay = FIRST_DELAY) {
  const source = new EventSource("sandbox/events");
  let wait = delay;
  source.onopen = () => {
    wait = FIRST_DELAY;
    hear.back();
  };
  source.onmessage = ({ data }) => {
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      return; // an unreadable line is worth nothing; the next event makes the page read again
    }
    hear.news(event);
  };
  source.onerror = () => {
    // The browser's own retry gives up on an HTTP error; ours does not.
    source.close();
    hear.lost();
    setTimeout(() => connect(hear, Math.min(wait * 2, LAST_DELAY)), wait);
  };
}
