import { LeaseLostError, type JobRepository, type Status } from '#jobs';

/** The one clock: reports that a job has reached a status, now. */
export interface Timeline {
  /**
   * @param token of the lease; the report is refused once another worker holds the job
   * @throws LeaseLostError; any other error means that the timeline cannot be reached
   */
  report(id: string, status: Status, token: string, signal: AbortSignal): Promise<void>;
}

export const LEASE_TOKEN_HEADER = 'x-lease-token';

/** The timeline of the service that holds it. */
export class LocalTimeline implements Timeline {
  constructor(private readonly jobs: JobRepository) {}

  report(id: string, status: Status, token: string): Promise<void> {
    return this.jobs.stamp(id, status, token);
  }
}

/** The codes by which the timeline says that the job is no longer the caller's. */
const LOST = ['LEASE_LOST', 'JOB_NOT_FOUND'];

/** Longest wait for one answer. */
const ANSWER_TIMEOUT_MS = 5_000;

/** The timeline over HTTP: `PUT /requestid/<id>/status/<STATUS>` of the preprocess service. */
export class HttpTimeline implements Timeline {
  /** @param serviceToken what the services show each other, where there is one */
  constructor(
    private readonly baseUrl: string,
    private readonly serviceToken?: string,
  ) {}

  async report(id: string, status: Status, token: string, signal: AbortSignal): Promise<void> {
    const url = new URL(`/requestid/${id}/status/${status}`, this.baseUrl);
    const answer = await fetch(url, {
      method: 'PUT',
      headers: {
        [LEASE_TOKEN_HEADER]: token,
        ...(this.serviceToken !== undefined && { Authorization: `Bearer ${this.serviceToken}` }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    const body = await answer.text();
    if (answer.ok) return;
    // A 404 may also come from a proxy while the timeline restarts: only its own word counts.
    if (LOST.includes(errorCode(body))) throw new LeaseLostError(id);
    const hint = answer.status === 401 ? ': SERVICE_TOKEN is not the same there and here' : '';
    throw new Error(`the timeline at ${this.baseUrl} answered ${answer.status}${hint}`);
  }
}

function errorCode(body: string): string {
  try {
    return (JSON.parse(body) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    return '';
  }
}
