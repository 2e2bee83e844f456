// Requests to the service's API.

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Send a request; the answer's JSON. Throws ApiError with the problem's detail. */
export async function call(method, path, { body, etag, form } = {}) {
  const headers = { Accept: "application/json" };
  if (etag) headers["If-Match"] = etag;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const sent = form ?? (body === undefined ? undefined : JSON.stringify(body));
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: sent, credentials: "same-origin" });
  } catch {
    throw new ApiError(0, "The service does not answer.");
  }
  if (answer.status === 401) location.assign("/login");
  const content = await answer.json().catch(() => null);
  if (!answer.ok) {
    const error = new ApiError(answer.status, problem(content, answer));
    error.retryAfter = Number(answer.headers.get("Retry-After")) || null;
    throw error;
  }
  return content;
}

function problem(content, answer) {
  const errors = content?.errors?.map((one) => one.replace(/^body\.(fields\.)?/, ""));
  return errors?.join("; ") || content?.detail || `${answer.status} ${answer.statusText}`;
}

/** The version of a record as If-Match takes it. */
export const etagOf = (receipt) => `"${receipt.version}"`;

/** The class of a confidence's colour. */
export function sureness(confidence) {
  if (confidence >= 0.9) return "good";
  return confidence >= 0.6 ? "fair" : "poor";
}
