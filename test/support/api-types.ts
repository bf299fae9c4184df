// Generated from the OpenAPI document by `npm run docs`. Do not edit.

export interface paths {
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process responds */
    get: operations['healthLive'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether all dependencies are available */
    get: operations['healthReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Changes of a job as server-sent events */
    get: operations['events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List jobs */
    get: operations['jobsList'];
    put?: never;
    /** Upload a video */
    post: operations['jobsSubmit'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A job */
    get: operations['jobsGet'];
    put?: never;
    post?: never;
    /** Delete a job */
    delete: operations['jobsRemove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cancel a job */
    post: operations['jobsCancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Retry a job */
    post: operations['jobsRetry'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/models': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List models */
    get: operations['modelsList'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/video': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Annotated video as AVI */
    get: operations['mediaVideo'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/source': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The uploaded file */
    get: operations['mediaSource'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/clean.mp4': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Video without boxes for browsers */
    get: operations['mediaClean'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/preview.mp4': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Annotated video for browsers, made with PREVIEW=eager */
    get: operations['mediaPreview'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/summary': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections over time and by class */
    get: operations['mediaSummary'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/thumbnail.jpg': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Thumbnail of the video */
    get: operations['mediaThumbnail'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/peaks/{n}.jpg': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Thumbnail of a frame with many detections */
    get: operations['mediaPeak'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/tracks/{n}.jpg': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Thumbnail of a tracked object */
    get: operations['mediaTrack'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/frames/{n}.jpg': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A frame, annotated or without boxes */
    get: operations['mediaFrame'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/mp4': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The MP4s of a job */
    get: operations['mp4List'];
    put?: never;
    /** Make an MP4 with boxes */
    post: operations['mp4Make'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/mp4/{key}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** State of an MP4 */
    get: operations['mp4Get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/mp4/{key}/video.mp4': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** MP4 with boxes */
    get: operations['mp4Video'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/layout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Lines and zones of a job */
    get: operations['jobLayoutGet'];
    /** Set lines and zones, and count at them */
    put: operations['jobLayoutSet'];
    post?: never;
    /** Remove lines and zones and their events */
    delete: operations['jobLayoutRemove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/events.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events and counts at lines and zones */
    get: operations['jobLayoutEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/events.csv': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events at lines and zones as CSV */
    get: operations['jobLayoutCsv'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/layouts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All presets of lines and zones */
    get: operations['presetsList'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/layouts/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A preset of lines and zones */
    get: operations['presetsGet'];
    /** Store lines and zones as a preset */
    put: operations['presetsSave'];
    post?: never;
    /** Delete a preset of lines and zones */
    delete: operations['presetsRemove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/rerun': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Run the video of a job again with other options */
    post: operations['rerun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Detections in a format
     * @description Generated clients have one type per format with the paths that end in its extension.
     */
    get: operations['exportsDetections'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as json */
    get: operations['exportsJson'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.ndjson': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as ndjson */
    get: operations['exportsNdjson'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.csv': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as csv */
    get: operations['exportsCsv'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.coco.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as coco */
    get: operations['exportsCoco'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.mot.txt': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as mot */
    get: operations['exportsMot'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.mot.zip': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as mot-gt */
    get: operations['exportsMotGt'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.cvat.xml': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as cvat */
    get: operations['exportsCvat'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/detections.vtt': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as vtt */
    get: operations['exportsVtt'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/txts.zip': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Detections as a txt file per frame */
    get: operations['exportsTxts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/boxes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Boxes by time, for players
     * @description Includes the detections below the threshold of the job, as far as SCORE_FLOOR stored them. A page has at most `limit` frames and ends early after 5,000 boxes: follow nextCursor.
     */
    get: operations['boxes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/tracks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tracked objects */
    get: operations['tracks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/jobs/{id}/report.zip': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Report on a job */
    get: operations['reportOfJob'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/report': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Report on many jobs */
    get: operations['reportOfMany'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/detect': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Detect objects on images
     * @description Returns OneImage for one image and SeveralImages for several; with annotate=1 and one image, the annotated JPEG.
     */
    post: operations['detect'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/deployments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Replicas and pods of every service */
    get: operations['deploymentsList'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/deployments/{name}/scale': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Change the number of replicas */
    put: operations['deploymentsScale'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/uploads': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start a resumable upload */
    post: operations['uploadsCreate'];
    delete?: never;
    /** What the server supports */
    options: operations['uploadsOptions'];
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/uploads/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Abort an upload */
    delete: operations['uploadsRemove'];
    options?: never;
    /** How much of an upload has arrived */
    head: operations['uploadsAsk'];
    /** Send the next part of an upload */
    patch: operations['uploadsAppend'];
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Error: {
      error: components['schemas']['Problem'];
    };
    Problem: {
      /**
       * @description stable and machine-readable
       * @example BAD_IMAGE
       */
      code: string;
      /** @description human-readable */
      message: string;
      /** @description set for unexpected errors; identifies the details in the log */
      requestId?: string;
    };
    Job: {
      /** @example 64b000000000000000000001 */
      id: string;
      filename: string;
      /** @enum {string} */
      status:
        | 'ENQUEUE'
        | 'PREPROCESSING'
        | 'PREPROCESSING_COMPLETE'
        | 'INFERENCING'
        | 'INFERENCING_COMPLETE'
        | 'POSTPROCESSING'
        | 'POSTPROCESSING_COMPLETE'
        | 'ENQUEUE_ERROR'
        | 'FRAME_CONVERT_ERROR'
        | 'INFERENCING_ERROR'
        | 'POSTPROCESSING_ERROR'
        | 'CANCELLED';
      /** @description claims of the current stage so far */
      attempts: number;
      times: components['schemas']['Times'];
      durations: components['schemas']['Durations'];
      /** @description while a stage runs */
      progress: components['schemas']['Progress'] | null;
      /** @description null in records created by other programs */
      video: components['schemas']['Video'] | null;
      /** @description null in records created by other programs */
      options: components['schemas']['Options'] | null;
      /** @description full: every frame is a file; lean: stages decode the source; null until the video is decoded */
      artifacts: ('full' | 'lean') | null;
      /** @description of all its detections; null until detection starts, and in jobs of earlier versions */
      precision: components['schemas']['Precision'] | null;
      /** @description null until the job is done, and in jobs finished before version 0.2 */
      detections: components['schemas']['DetectionCounts'] | null;
      /** @description why the job, or its last attempt, failed */
      error: components['schemas']['Failure'] | null;
      /** @description the job whose video this one runs again */
      origin: string | null;
      /** @description about the video, once it is decoded, and about its detection */
      warnings: components['schemas']['Warning'][];
      /** @description null unless the submission asked for one */
      callback: components['schemas']['Callback'] | null;
      links: components['schemas']['Links'];
    };
    /** @description ISO 8601, from the database clock; null while unknown. */
    Times: {
      PROCESS_START: string | null;
      PREPROCESSING_START: string | null;
      PREPROCESSING_END: string | null;
      INFERENCING_START: string | null;
      INFERENCING_END: string | null;
      POSTPROCESSING_START: string | null;
      POSTPROCESSING_END: string | null;
      PROCESS_END: string | null;
    };
    /** @description Seconds; null while unknown. */
    Durations: {
      preprocess: number | null;
      infer: number | null;
      postprocess: number | null;
      /** @description from arrival to completion */
      total: number | null;
    };
    /** @description Frames of the running stage. */
    Progress: {
      done: number;
      /** @description null until the stage knows it */
      total: number | null;
    };
    Video: {
      /** @description pixels, as displayed */
      width: number;
      /** @description pixels, as displayed */
      height: number;
      /** @description frames per second */
      frameRate: number;
      /** @description seconds */
      duration: number;
      /** @description output frames; an estimate until the video is decoded */
      frames: number;
      /** @description some output frames repeat the previous one to keep the timing */
      variableFrameRate: boolean;
      /** @description decoded source frames; null until the video is decoded */
      sourceFrames: number | null;
      /** @description output frames that repeat the previous one; null until the video is decoded */
      repeatedFrames: number | null;
      codec: string;
      /** @description what browsers play, frame by frame: the source, or clean.mp4; null until the video is decoded */
      playback: ('source' | 'copy') | null;
      audio: boolean;
    };
    /** @description Detection options. */
    Options: {
      model: string;
      /** @description score threshold, 0..1: detections must exceed it */
      score: number;
      /** @description labels to detect; empty: all */
      classes: string[];
      /** @description detection runs on every Nth frame; on the others, boxes move along their tracks, or stay */
      frameStep: number;
      /**
       * @description whether objects are tracked; off in jobs of earlier versions
       * @enum {string}
       */
      tracking: 'on' | 'off';
      /** @description frames after which an object that is not detected has left; null: a second */
      trackBuffer: number | null;
      /** @description detections that a track needs; null: 3 */
      minLength: number | null;
    };
    /**
     * @description fp32: 32-bit floats; int8: 8-bit integers, faster.
     * @enum {string}
     */
    Precision: 'fp32' | 'int8';
    /** @description How many detections a finished video has. */
    DetectionCounts: {
      /** @description in all frames */
      total: number;
      /** @description most frequent first */
      classes: components['schemas']['ClassCount'][];
    };
    ClassCount: {
      label: string;
      /** @description detections */
      count: number;
      /** @description distinct objects; null in jobs without tracks */
      objects: number | null;
    };
    Failure: {
      /** @description stable and machine-readable */
      code: string;
      /** @description for people */
      message: string;
      stage: string;
    };
    /** @description A problem that did not stop the job. */
    Warning: {
      /**
       * @description stable and machine-readable
       * @example START_UNDECODABLE
       */
      code: string;
      /**
       * @description for people
       * @example The first 2.0 s could not be decoded.
       */
      message: string;
    };
    /** @description The callback URL and the state of its delivery. */
    Callback: {
      /** @example https://hooks.example/boxreel */
      url: string;
      /**
       * @description waiting: the job has not ended; pending: a delivery attempt is due; failed: no more attempts
       * @enum {string}
       */
      state: 'waiting' | 'pending' | 'delivered' | 'failed';
      /** @description delivery attempts so far */
      attempts: number;
      /** @description why the last attempt failed */
      lastError: string | null;
    };
    Links: {
      /**
       * @description this job
       * @example /api/jobs/64b000000000000000000001
       */
      self: string;
      /**
       * @description server-sent events: its changes
       * @example /api/jobs/64b000000000000000000001/events
       */
      events: string;
      /**
       * @description the uploaded file
       * @example /api/jobs/64b000000000000000000001/source
       */
      source: string;
      /**
       * @description the annotated AVI
       * @example /api/jobs/64b000000000000000000001/video
       */
      video: string;
      /**
       * @description the MP4 with boxes that jobs make with PREVIEW=eager; otherwise 404
       * @example /api/jobs/64b000000000000000000001/preview.mp4
       */
      preview: string;
      /**
       * @description MP4s with boxes: POST makes one, GET lists them
       * @example /api/jobs/64b000000000000000000001/mp4
       */
      mp4: string;
      /**
       * @description the video without boxes; null if browsers can play the source
       * @example /api/jobs/64b000000000000000000001/clean.mp4
       */
      clean: string | null;
      /**
       * @description a frame without boxes
       * @example /api/jobs/64b000000000000000000001/thumbnail.jpg
       */
      thumbnail: string;
      /**
       * @description an annotated frame: replace {n} with its number from 0
       * @example /api/jobs/64b000000000000000000001/frames/{n}.jpg
       */
      frames: string;
      /**
       * @description counts over time and by class
       * @example /api/jobs/64b000000000000000000001/summary
       */
      summary: string;
      /**
       * @description all detections as JSON
       * @example /api/jobs/64b000000000000000000001/detections
       */
      detections: string;
      /**
       * @description boxes by time, for players
       * @example /api/jobs/64b000000000000000000001/boxes
       */
      boxes: string;
      /**
       * @description tracked objects; null if the job has tracking off
       * @example /api/jobs/64b000000000000000000001/tracks
       */
      tracks: string | null;
      /**
       * @description lines and zones: PUT sets them; 404 if there are none
       * @example /api/jobs/64b000000000000000000001/layout
       */
      layout: string;
      /**
       * @description events and counts at lines and zones; null if there are none
       * @example /api/jobs/64b000000000000000000001/events.json
       */
      layoutEvents: string | null;
      /**
       * @description a txt file per frame
       * @example /api/jobs/64b000000000000000000001/txts.zip
       */
      txts: string;
      /**
       * @description counts and tracks as CSV
       * @example /api/jobs/64b000000000000000000001/report.zip
       */
      report: string;
    };
    JobList: {
      jobs: components['schemas']['Job'][];
      /** @description pass it as `cursor` to get the next page */
      nextCursor: string | null;
    };
    ModelList: {
      models: components['schemas']['Model'][];
    };
    Model: {
      /** @example ssdlite-mobilenetv2 */
      name: string;
      title: string;
      licence: string | null;
      /** @description the default model */
      default: boolean;
      /** @description the manifest is valid, and the model file exists or is downloaded on first use */
      available: boolean;
      /** @description why it is unavailable */
      problem: string | null;
      /**
       * @example {
       *       "width": 300,
       *       "height": 300
       *     }
       */
      input: {
        width: number;
        height: number;
      } | null;
      /** @description size of the model file, which is downloaded on first use; null if it is on disk */
      downloadBytes: number | null;
      /**
       * @description average precision on COCO val2017 (IoU .5 to .95), 0..1
       * @example 0.428
       */
      cocoAp: number | null;
      /** @description whether the IoU threshold applies; false for models that need no NMS */
      nms: boolean | null;
      /** @description it can run in; int8 is used where the CPU is made for it, see PRECISION */
      precisions: components['schemas']['Precision'][];
      /** @description by class index */
      labels: string[];
      defaults: components['schemas']['ModelDefaults'] | null;
    };
    ModelDefaults: {
      /** @description score threshold, 0..1: detections must exceed it */
      score: number;
      /** @description IoU threshold, 0..1: when two boxes of the same class overlap by more than this, NMS drops the one with the lower score */
      iou: number;
      /** @description maximum number of detections per image */
      max: number;
    };
    Summary: {
      frames: number;
      /** @description frames per second */
      frameRate: number;
      /** @description detections in all frames */
      total: number;
      /** @description most frequent first */
      classes: components['schemas']['ClassSummary'][];
      bins: components['schemas']['Bins'];
      /** @description of the model that made the detections; null in jobs of earlier versions */
      precision: components['schemas']['Precision'] | null;
      /** @description up to 8 separate frames with the most detections, in order of time */
      peaks: components['schemas']['Peak'][];
    };
    ClassSummary: {
      /** @example person */
      label: string;
      classIndex: number;
      /** @description detections */
      count: number;
      /** @description frames with at least one */
      frames: number;
      /** @description distinct objects; null in jobs without tracks */
      objects: number | null;
      /**
       * @description colour of its boxes in the video
       * @example #d9660b
       */
      colour: string;
    };
    /** @description Detections over time, in at most 500 bins. */
    Bins: {
      /** @description frames per bin; the last bin may have fewer */
      frames: number;
      /**
       * @description by label: the maximum number of detections in one frame of each bin
       * @example {
       *       "person": [
       *         0,
       *         2,
       *         3
       *       ]
       *     }
       */
      counts: {
        [key: string]: number[];
      };
      /**
       * @description by label: the number of objects that appear first in each bin, so that their running total is the number of distinct objects so far; null in jobs without tracks
       * @example {
       *       "person": [
       *         0,
       *         2,
       *         1
       *       ]
       *     }
       */
      objects: {
        [key: string]: number[];
      } | null;
    };
    Peak: {
      /** @description frame number from 0 */
      frame: number;
      /** @description seconds from the start */
      time: number;
      /** @description detections */
      count: number;
    };
    Mp4Request: {
      /** @description score threshold: drawn detections exceed it; default: the job's */
      score?: number;
      /** @description labels to draw; empty: all; default: the job's */
      classes?: string[];
    };
    Mp4: {
      /**
       * @description identifies the options within the job
       * @example 9f86d081884c7d65
       */
      key: string;
      /** @description score threshold */
      score: number;
      /** @description labels that are drawn; empty: all */
      classes: string[];
      /** @enum {string} */
      state: 'waiting' | 'running' | 'done' | 'failed';
      /** @description frames; null unless it is being made */
      progress: {
        done: number;
        total: number | null;
      } | null;
      /** @description why the last attempt failed */
      error: {
        code: string;
        message: string;
      } | null;
      links: {
        /** @description this MP4 and its state */
        self: string;
        /** @description the file, once the state is done */
        video: string;
      };
    };
    Mp4List: {
      /** @description oldest request first */
      mp4s: components['schemas']['Mp4'][];
    };
    /** @description Lines to cross and zones to enter, in fractions of the frame from its top left corner: x to the right, y down. Names are unique. */
    Layout: {
      /**
       * @description point of a box that stands for its object: the middle of its lower side, its centre, or the middle of another side
       * @default bottom
       * @enum {string}
       */
      anchor: 'bottom' | 'centre' | 'top' | 'left' | 'right';
      /** @default [] */
      lines: components['schemas']['Line'][];
      /** @default [] */
      zones: components['schemas']['Zone'][];
    };
    /** @description Left and right are those of a viewer of the frame who looks from `from` to `to`: on a line from the lower to the upper edge, left is towards the left edge. */
    Line: {
      /** @example Main Street */
      name: string;
      /**
       * @example [
       *       0.1,
       *       0.6
       *     ]
       */
      from: [number, number];
      /**
       * @example [
       *       0.9,
       *       0.6
       *     ]
       */
      to: [number, number];
      directions?: components['schemas']['Directions'];
    };
    /**
     * @description Names for the directions in which a line is crossed.
     * @example {
     *       "left": "northbound",
     *       "right": "southbound"
     *     }
     */
    Directions: {
      left?: string;
      right?: string;
    };
    /** @description A polygon that does not cross itself. Its outline belongs to it. */
    Zone: {
      /** @example Car park */
      name: string;
      /**
       * @description corners along the outline; the last is connected to the first
       * @example [
       *       [
       *         0.1,
       *         0.1
       *       ],
       *       [
       *         0.4,
       *         0.1
       *       ],
       *       [
       *         0.4,
       *         0.5
       *       ]
       *     ]
       */
      points: [number, number][];
    };
    LayoutEvents: {
      layout: components['schemas']['Layout'];
      /** @description frames per second */
      frameRate: number;
      /** @description of the video */
      frames: number;
      /** @description in the order of the layout */
      lines: components['schemas']['LineCounts'][];
      /** @description in the order of the layout */
      zones: components['schemas']['ZoneCounts'][];
      /** @description by frame */
      events: components['schemas']['LayoutEvent'][];
    };
    LineCounts: {
      /** @example Main Street */
      name: string;
      /** @description crossings that end on the left */
      left: components['schemas']['DirectionCount'];
      /** @description crossings that end on the right */
      right: components['schemas']['DirectionCount'];
    };
    DirectionCount: {
      /** @description from the layout */
      name: string | null;
      total: number;
      /** @description most frequent first */
      classes: components['schemas']['ObjectCount'][];
    };
    ObjectCount: {
      label: string;
      count: number;
    };
    ZoneCounts: {
      /** @example Car park */
      name: string;
      /** @description visits, with those of objects that appeared inside */
      entries: components['schemas']['Tally'];
      /** @description ends of visits, with those of objects that disappeared inside */
      exits: components['schemas']['Tally'];
      /** @description different objects */
      objects: components['schemas']['Tally'];
      dwell: components['schemas']['Dwell'];
      occupancy: components['schemas']['Occupancy'];
    };
    /** @description In total and by class. */
    Tally: {
      total: number;
      /** @description most frequent first */
      classes: components['schemas']['ObjectCount'][];
    };
    /** @description Seconds that objects spend inside, by visit. */
    Dwell: {
      /** @description null without visits */
      mean: number | null;
      /** @description null without visits */
      max: number | null;
      total: number;
    };
    /** @description Objects inside over time, in at most 500 bins. */
    Occupancy: {
      /** @description frames per bin; the last bin may have fewer */
      frames: number;
      /** @description for each bin, the maximum number of objects inside at once */
      counts: number[];
    };
    /** @description What an object does at a line or a zone. */
    LayoutEvent:
      | components['schemas']['CrossEvent']
      | components['schemas']['EnterEvent']
      | components['schemas']['ExitEvent'];
    /** @description An object crosses a line. The frame is the first on or beyond it. */
    CrossEvent: {
      /** @constant */
      type: 'cross';
      /** @example Main Street */
      line: string;
      /**
       * @description the side on which the object ends; the layout may name it
       * @enum {string}
       */
      direction: 'left' | 'right';
      /** @description frame number from 0 */
      frame: number;
      /** @description seconds from the start */
      time: number;
      /** @description track of the object */
      track: number;
      /** @example person */
      label: string;
    };
    /** @description An object enters a zone. The frame is the first inside. */
    EnterEvent: {
      /** @constant */
      type: 'enter';
      /** @example Car park */
      zone: string;
      /** @description frame number from 0 */
      frame: number;
      /** @description seconds from the start */
      time: number;
      /** @description track of the object */
      track: number;
      /** @example person */
      label: string;
      /**
       * @description the track begins inside the zone
       * @constant
       */
      appeared?: true;
    };
    /** @description An object leaves a zone. The frame is the first outside. */
    ExitEvent: {
      /** @constant */
      type: 'exit';
      /** @example Car park */
      zone: string;
      /** @description frame number from 0 */
      frame: number;
      /** @description seconds from the start */
      time: number;
      /** @description track of the object */
      track: number;
      /** @example person */
      label: string;
      /** @description seconds inside */
      dwell: number;
      /**
       * @description the track ends inside the zone, and the frame is its last
       * @constant
       */
      disappeared?: true;
    };
    LayoutPresetList: {
      /** @description by name */
      layouts: components['schemas']['LayoutPresetEntry'][];
    };
    LayoutPresetEntry: {
      /** @example Main Street */
      name: string;
      /**
       * Format: date-time
       * @description ISO 8601, from the database clock
       */
      savedAt: string;
      links: {
        /** @description this preset */
        self: string;
      };
    };
    LayoutPreset: {
      /** @example Main Street */
      name: string;
      /**
       * Format: date-time
       * @description ISO 8601, from the database clock
       */
      savedAt: string;
      links: {
        /** @description this preset */
        self: string;
      };
      layout: components['schemas']['Layout'];
    };
    /** @description Options that differ from the job's. Another model has its own default score and all its classes. */
    Rerun: {
      /** @description name of a model, see /api/models */
      model?: string;
      /** @description score threshold: detections must exceed it */
      score?: number;
      /** @description labels to detect; empty: all */
      classes?: string[];
      /** @description run detection on every Nth frame; on the others, boxes move along their tracks, or stay */
      frameStep?: number;
      /**
       * @description whether objects are tracked; default: on
       * @enum {string}
       */
      tracking?: 'on' | 'off';
      /** @description frames after which an object that is not detected has left; default: a second */
      trackBuffer?: number;
      /** @description detections that a track needs; default: 3 */
      minLength?: number;
      /**
       * Format: uri
       * @description receives a signed message when the job ends
       */
      callbackUrl?: string;
      /** @description lines and zones at which to count, or the name of a preset; an empty text: none */
      layout?: components['schemas']['Layout'] | string;
    };
    Detections: {
      /** @example 64b000000000000000000001 */
      id: string;
      /** @description frames per second */
      frameRate: number;
      frames: components['schemas']['Frame'][];
    };
    Frame: {
      /** @description frame number from 0 */
      n: number;
      /** @description seconds from the start */
      time: number;
      boxes: components['schemas']['Detection'][];
    };
    Detection: {
      /** @example person */
      label: string;
      classIndex: number;
      /** @description 0..1; null if unknown */
      score: number | null;
      box: components['schemas']['Box'];
      /** @description id of its track, from 1; null if it belongs to none */
      track: number | null;
      /** @description the box was not detected in this frame: it lies on the track */
      filled: boolean;
    };
    /** @description Fractions of the frame, 0..1. */
    Box: {
      x1: number;
      y1: number;
      x2: number;
      y2: number;
    };
    /** @description See https://cocodataset.org/#format-data. */
    Coco: {
      images: components['schemas']['CocoImage'][];
      annotations: components['schemas']['CocoAnnotation'][];
      categories: components['schemas']['CocoCategory'][];
    };
    CocoImage: {
      /** @description from 1 */
      id: number;
      file_name: string;
      width: number;
      height: number;
    };
    CocoAnnotation: {
      /** @description from 1 */
      id: number;
      image_id: number;
      /** @description class index + 1 */
      category_id: number;
      /** @description x, y, width and height in pixels */
      bbox: number[];
      /** @description square pixels */
      area: number;
      /** @description 0..1 */
      score?: number | null;
      /** @description from 1; absent if it belongs to no track */
      track_id?: number;
      /** @description the track again, where datumaro and CVAT look for it */
      attributes?: {
        track_id: number;
        /** @description detected, not filled in */
        keyframe: boolean;
      };
    };
    CocoCategory: {
      id: number;
      name: string;
    };
    Boxes: {
      /** @description frames per second */
      frameRate: number;
      /** @description frames of the video */
      total: number;
      /** @description first frame of this page */
      first: number;
      /** @description frame after the last one of this page */
      end: number;
      /** @description the classes on this page */
      classes: components['schemas']['BoxClass'][];
      /** @description the tracks on this page: players show a box if its score, or that of its track, is high enough */
      tracks: components['schemas']['BoxTrack'][];
      /** @description frames of this page with boxes; the others have none */
      frames: components['schemas']['BoxesFrame'][];
      /** @description pass it as `cursor` to get the next page */
      nextCursor: string | null;
    };
    BoxClass: {
      classIndex: number;
      /** @example person */
      label: string;
      /**
       * @description colour of its boxes in the video
       * @example #d9660b
       */
      colour: string;
    };
    BoxTrack: {
      /** @description from 1 */
      id: number;
      /** @description the best score of the track, rounded up to 0.0001; null if no score is known */
      score: number | null;
      /**
       * @description colour of its boxes where each object has its own
       * @example #d9660b
       */
      colour: string;
    };
    BoxesFrame: {
      /** @description frame number from 0, shown from n / frameRate seconds on */
      n: number;
      /**
       * @description class index, score (rounded up to 0.0001; null if unknown), x1, y1, x2, y2 as fractions of the frame, and the id of the track (null if it has none); best first
       * @example [
       *       [
       *         0,
       *         0.9132,
       *         0.46,
       *         0.07,
       *         0.669,
       *         0.853,
       *         3
       *       ]
       *     ]
       */
      boxes: (number | null)[][];
    };
    Tracks: {
      /** @description frames per second */
      frameRate: number;
      /** @description by id */
      tracks: components['schemas']['Track'][];
    };
    Track: {
      /** @description from 1, in order of first appearance */
      id: number;
      /** @example person */
      label: string;
      classIndex: number;
      /**
       * @description colour of its boxes in the video
       * @example #d9660b
       */
      colour: string;
      /** @description frame number from 0 */
      firstFrame: number;
      /** @description frame number from 0 */
      lastFrame: number;
      /** @description seconds from the start */
      firstTime: number;
      /** @description seconds from the start */
      lastTime: number;
      /** @description frames with a box */
      boxes: number;
      /** @description those that were detected; the others were filled in */
      detections: number;
      /** @description 0..1; null if no score is known */
      bestScore: number | null;
      /** @description the first frame with this score */
      bestFrame: number;
      /**
       * @description mean of all boxes: x1, y1, x2, y2 as fractions of the frame
       * @example [
       *       0.46,
       *       0.07,
       *       0.669,
       *       0.853
       *     ]
       */
      meanBox: number[];
      /**
       * @description 1 to 65 points: frame, and the middle of the lower side of the box as fractions of the frame
       * @example [
       *       [
       *         0,
       *         0.56,
       *         0.853
       *       ]
       *     ]
       */
      path: number[][];
    };
    OneImage: {
      image: components['schemas']['Image'];
      /** @description best first */
      detections: components['schemas']['ImageDetection'][];
      timings: components['schemas']['ImageTimings'];
      /** @example ssdlite-mobilenetv2 */
      model: string;
      precision: components['schemas']['Precision'];
    };
    /** @description Size in pixels after applying the EXIF orientation. */
    Image: {
      /**
       * @description file name as sent
       * @example street.jpg
       */
      name: string;
      /** @example 640 */
      width: number;
      /** @example 480 */
      height: number;
    };
    ImageDetection: {
      /** @example person */
      label: string;
      /** @example 0 */
      classIndex: number;
      /**
       * @description 0..1
       * @example 0.87
       */
      score: number;
      /**
       * @description colour of the class in videos, images and pages, as in CSS
       * @example #d83b01
       */
      colour: string;
      box: components['schemas']['ImageBox'];
      pixels: components['schemas']['PixelBox'];
    };
    /** @description Fractions of the image, 0..1, from its top left corner. */
    ImageBox: {
      /** @example 0.25 */
      x1: number;
      /** @example 0.1 */
      y1: number;
      /** @example 0.5 */
      x2: number;
      /** @example 0.9 */
      y2: number;
    };
    /** @description The same box in whole pixels; x2 and y2 are just outside it. */
    PixelBox: {
      /** @example 160 */
      x1: number;
      /** @example 48 */
      y1: number;
      /** @example 320 */
      x2: number;
      /** @example 432 */
      y2: number;
    };
    /** @description Milliseconds. */
    ImageTimings: {
      /** @description waiting for the model */
      queueMs: number;
      /** @description decoding the image and preparing the model input */
      inputMs: number;
      /** @description the model run, which several images may share */
      computeMs: number;
      /** @description reading the model output */
      outputMs: number;
      /** @description from the arrival of the complete image to its result */
      totalMs: number;
    };
    SeveralImages: {
      /** @example ssdlite-mobilenetv2 */
      model: string;
      precision: components['schemas']['Precision'];
      /** @description in the order of the images; an unusable image has an error instead of detections */
      results: (components['schemas']['ImageResult'] | components['schemas']['RefusedImage'])[];
    };
    ImageResult: {
      image: components['schemas']['Image'];
      /** @description best first */
      detections: components['schemas']['ImageDetection'][];
      timings: components['schemas']['ImageTimings'];
    };
    RefusedImage: {
      /**
       * @example {
       *       "name": "notes.txt"
       *     }
       */
      image: {
        name: string;
      };
      error: components['schemas']['Problem'];
    };
    Deployments: {
      /** @example boxreel */
      namespace: string;
      /** @description deployed services */
      deployments: components['schemas']['Deployment'][];
    };
    Deployment: {
      /**
       * @example infer
       * @enum {string}
       */
      name: 'preprocess' | 'infer' | 'postprocess';
      /** @example hs-infer-deploy */
      deployment: string;
      replicas: components['schemas']['ReplicaCounts'];
      /** @description null if KEDA scales it */
      range: components['schemas']['ReplicaRange'] | null;
      pods: components['schemas']['Pod'][];
    };
    ReplicaCounts: {
      /** @description desired number */
      wanted: number;
      ready: number;
      /** @description running the latest version */
      updated: number;
    };
    /** @description Allowed number of replicas. */
    ReplicaRange: {
      min: number;
      max: number;
    };
    Pod: {
      name: string;
      /** @description null until it is scheduled */
      node: string | null;
      /**
       * @description Terminating while it is stopping
       * @example Running
       */
      phase: string;
      /**
       * @description why it is not running, if known
       * @example ImagePullBackOff
       */
      reason: string | null;
      ready: boolean;
      restarts: number;
      /** @description seconds */
      age: number;
    };
    Scale: {
      /** @example 3 */
      replicas: number;
    };
    Scaled: {
      /**
       * @example infer
       * @enum {string}
       */
      name: 'preprocess' | 'infer' | 'postprocess';
      /** @example hs-infer-deploy */
      deployment: string;
      /** @description desired replicas before */
      before: number;
      /** @description desired replicas now */
      after: number;
    };
  };
  responses: {
    /** @description the key is missing or invalid, if the server has keys */
    Unauthorized: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description the key does not give access, or the request came from a page of another site */
    Forbidden: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description too many invalid keys or uploads; retry after Retry-After */
    TooManyRequests: {
      headers: {
        /** @description seconds */
        'Retry-After'?: number;
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Error'];
      };
    };
    /** @description unexpected error; requestId identifies the details in the log */
    InternalError: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['Error'];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  healthLive: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description it does */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ok' | 'error' | 'shutting_down';
            /** @description the available ones */
            info?: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
            /** @description the unavailable ones */
            error?: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
            /** @description all of them */
            details: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
          };
        };
      };
      500: components['responses']['InternalError'];
    };
  };
  healthReady: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description they are */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ok' | 'error' | 'shutting_down';
            /** @description the available ones */
            info?: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
            /** @description the unavailable ones */
            error?: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
            /** @description all of them */
            details: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
          };
        };
      };
      500: components['responses']['InternalError'];
      /** @description some are not, with the reasons */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ok' | 'error' | 'shutting_down';
            /** @description the available ones */
            info?: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
            /** @description the unavailable ones */
            error?: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
            /** @description all of them */
            details: {
              [key: string]: {
                /** @enum {string} */
                status: 'up' | 'down';
                reason?: string;
              };
            };
          };
        };
      };
    };
  };
  events: {
    parameters: {
      query?: never;
      header?: {
        /** @description id of the last event received; an EventSource sends it when it reconnects */
        'Last-Event-ID'?: string;
      };
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description server-sent events: `job` with a Job as data, immediately and on each change until the job ends; `deleted` */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description the job has ended and the client has its last event */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description too many streams, or the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobsList: {
    parameters: {
      query?: {
        /** @description jobs in this state, such as done, or with this status */
        status?:
          | 'waiting'
          | 'working'
          | 'done'
          | 'failed'
          | 'cancelled'
          | 'ENQUEUE'
          | 'PREPROCESSING'
          | 'PREPROCESSING_COMPLETE'
          | 'INFERENCING'
          | 'INFERENCING_COMPLETE'
          | 'POSTPROCESSING'
          | 'POSTPROCESSING_COMPLETE'
          | 'ENQUEUE_ERROR'
          | 'FRAME_CONVERT_ERROR'
          | 'INFERENCING_ERROR'
          | 'POSTPROCESSING_ERROR'
          | 'CANCELLED';
        /** @description part of the file name; case-insensitive */
        search?: string;
        /** @description finished jobs with detections of this class */
        class?: string;
        /** @description jobs with this model */
        model?: string;
        /** @description newest by default; longest: by length of the video; detections: finished jobs with the most first */
        sort?: 'newest' | 'oldest' | 'longest' | 'detections';
        /** @description maximum number of jobs */
        limit?: number;
        /** @description nextCursor of the previous page */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description newest first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobList'];
        };
      };
      /** @description invalid parameter */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobsSubmit: {
    parameters: {
      query?: never;
      header?: {
        /** @description identifies this request, such as a UUID: sending it again returns the job of the first time */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'multipart/form-data': {
          /** Format: binary */
          file: Blob;
          /** @description name of a model, see /api/models */
          model?: string;
          /** @description score threshold: detections must exceed it */
          score?: number;
          /**
           * @description labels to detect; all if empty
           * @example person, car
           */
          classes?: string;
          /** @description run detection on every Nth frame; on the others, boxes move along their tracks, or stay */
          frameStep?: number;
          /**
           * @description whether objects are tracked; default: on
           * @enum {string}
           */
          tracking?: 'on' | 'off';
          /** @description frames after which an object that is not detected has left; default: a second */
          trackBuffer?: number;
          /** @description detections that a track needs; default: 3 */
          minLength?: number;
          /**
           * Format: uri
           * @description receives a signed message when the job ends; see docs/webhooks.md
           */
          callbackUrl?: string;
          /**
           * @description lines and zones at which to count: JSON, or the name of a preset; see docs/events.md
           * @example Main Street
           */
          layout?: string;
        };
      };
    };
    responses: {
      /** @description the job that the first request with this key created */
      200: {
        headers: {
          /** @description address of the job */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description the new job */
      201: {
        headers: {
          /** @description address of the job */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description no file, unknown model or class, or an invalid field; lists all errors */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description the video is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file is not a video */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the video cannot be decoded, or the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the volume is full */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobsGet: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the job */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobsRemove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description deleted; files that are still being read are removed later */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobsCancel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description cancelled; no worker claims it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the job is complete, failed or cancelled */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobsRetry: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description queued again for the stage where it ended; earlier results are kept */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the job neither failed nor was cancelled, or its source is missing */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  modelsList: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the default model first */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ModelList'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
    };
  };
  mediaVideo: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the annotated AVI, named after the upload */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/x-msvideo': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/x-msvideo': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no video */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaSource: {
    parameters: {
      query?: {
        /** @description as an attachment with the name of the upload; any value */
        download?: string;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the upload, with the media type of its container */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/*': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/*': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or its source is not on the volume */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaClean: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the video without boxes, if browsers cannot play its source */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/mp4': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/mp4': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job or file not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaPreview: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the annotated video for browsers: H.264 and AAC */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/mp4': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/mp4': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it made no MP4: request one with POST /api/jobs/{id}/mp4, or set PREVIEW=eager */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaSummary: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Summary'];
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or the file does not exist yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaThumbnail: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a frame without boxes, at most 240 pixels wide and high */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or the file does not exist yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaPeak: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
        /** @description number of the frame or peak, from 0 */
        n: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the annotated frame of peak n in the summary, at most 320 pixels wide and high */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or number */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job or peak not found, or not available yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaTrack: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
        /** @description number of the frame or peak, from 0 */
        n: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the object of track n where its score is best, at most 96 pixels wide and high */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or number */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job or track not found, or not available yet; only the first 1,000 tracks have images */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mediaFrame: {
    parameters: {
      query?: {
        /** @description 0: without boxes. Jobs without frame files decode the source up to the frame */
        boxes?: '0' | '1';
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
        /** @description number of the frame or peak, from 0 */
        n: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the frame n at the size of the video */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'image/jpeg': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id, number or parameter */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job or frame not found, or not available yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mp4List: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description all that have been requested */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Mp4List'];
        };
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mp4Make: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['Mp4Request'];
      };
    };
    responses: {
      /** @description it has been made before */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Mp4'];
        };
      };
      /** @description waiting or running: poll links.self */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Mp4'];
        };
      };
      /** @description invalid job id, score or label */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the job is not complete */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mp4Get: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
        /** @description key of the MP4 */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the MP4 */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Mp4'];
        };
      };
      /** @description invalid job id or key */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job or MP4 not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  mp4Video: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
        /** @description key of the MP4 */
        key: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the video with boxes for browsers: H.264 and AAC */
      200: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/mp4': Blob;
        };
      };
      /** @description the requested Range of it */
      206: {
        headers: {
          /** @description changes with the file */
          ETag?: string;
          /** @description when the file was made */
          'Last-Modified'?: string;
          /** @description bytes */
          'Accept-Ranges'?: string;
          /** @description for example bytes 0-99/1000 */
          'Content-Range'?: string;
          [name: string]: unknown;
        };
        content: {
          'video/mp4': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or key */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job or MP4 not found, or not made yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file does not match If-Match or If-Unmodified-Since */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file has no such byte range */
      416: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobLayoutGet: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description from the submission, or as set later */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Layout'];
        };
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no lines and zones */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobLayoutSet: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Layout'];
      };
    };
    responses: {
      /** @description events and counts; nothing is detected again */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LayoutEvents'];
        };
      };
      /** @description invalid job id, or invalid lines or zones; lists all errors */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the job is not complete, or has no tracks */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the volume is full */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobLayoutRemove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description removed, or there were none */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the job is not complete */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobLayoutEvents: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description see docs/events.md */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LayoutEvents'];
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no lines and zones */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  jobLayoutCsv: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description one row per event, with a header; a download named after the upload */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/csv': string;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no lines and zones */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  presetsList: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description without the lines and zones */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LayoutPresetList'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  presetsGet: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description name of the preset */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LayoutPreset'];
        };
      };
      /** @description invalid name */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description preset not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  presetsSave: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description name of the preset */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Layout'];
      };
    };
    responses: {
      /** @description replaces a preset with this name */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LayoutPreset'];
        };
      };
      /** @description invalid name, lines or zones; lists all errors */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  presetsRemove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description name of the preset */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description deleted; jobs keep their lines and zones */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid name */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description preset not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  rerun: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['Rerun'];
      };
    };
    responses: {
      /** @description the new job; nothing is uploaded or decoded again */
      201: {
        headers: {
          /** @description address of the new job */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description unknown model or class, or an invalid field; lists all errors */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the job has not ended, or its source is missing */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the volume is full */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsDetections: {
    parameters: {
      query?: {
        /** @description `json`: one object with all frames; `ndjson`: a line of JSON per frame, boxes also in pixels; `csv`: a row per detection; `coco`: images, annotations and categories in COCO format; `mot`: a row per box of a track in MOTChallenge format; `mot-gt`: tracks, labels and detections as the folder of a MOTChallenge sequence; `cvat`: tracks in CVAT for video 1.1; `vtt`: captions for players: the number of objects per class */
        format?: 'json' | 'ndjson' | 'csv' | 'coco' | 'mot' | 'mot-gt' | 'cvat' | 'vtt';
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description in the requested format; all but json as a download named after the upload */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Detections'] | components['schemas']['Coco'];
          'application/x-ndjson': string;
          'text/csv': string;
          'text/plain': string;
          'application/zip': Blob;
          'application/xml': string;
          'text/vtt': string;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id, format or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsJson: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description one object with all frames */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Detections'];
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsNdjson: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a line of JSON per frame, boxes also in pixels */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': string;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsCsv: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a row per detection */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/csv': string;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsCoco: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description images, annotations and categories in COCO format */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Coco'];
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsMot: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a row per box of a track in MOTChallenge format */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsMotGt: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description tracks, labels and detections as the folder of a MOTChallenge sequence */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/zip': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, it has no tracks yet, or its objects were not tracked */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsCvat: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description tracks in CVAT for video 1.1 */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/xml': string;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsVtt: {
    parameters: {
      query?: {
        /** @description export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold */
        score?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description captions for players: the number of objects per class */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/vtt': string;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or score */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  exportsTxts: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description infer<n>.txt of every frame, as stored on the volume */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/zip': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  boxes: {
    parameters: {
      query?: {
        /** @description seconds from the start; default: 0 */
        from?: number;
        /** @description seconds from the start, exclusive; default: the end of the video */
        to?: number;
        /** @description only boxes whose score, or the best score of whose track, is above this one, and those with an unknown score; default: all that are stored */
        minScore?: number;
        /** @description only boxes with these labels, separated by commas; default: all */
        classes?: string;
        /** @description nextCursor of the previous page */
        cursor?: string;
        /** @description maximum number of frames */
        limit?: number;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of boxes */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Boxes'];
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or parameter */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  tracks: {
    parameters: {
      query?: {
        /** @description only tracks whose best score is above this one, and those with unknown scores; default: all */
        minScore?: number;
        /** @description only tracks with these labels, separated by commas; default: all */
        classes?: string;
      };
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the tracks of the video */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tracks'];
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id or parameter */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, it has no tracks yet, or its objects were not tracked */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the tracks do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  reportOfJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description id of the job */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description counts.csv (a row per class); in jobs with tracks, tracks.csv (a row per track); in jobs with lines and zones, events.csv (a row per event) and layout.svg */
      200: {
        headers: {
          /** @description changes with the detections */
          ETag?: string;
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/zip': Blob;
        };
      };
      /** @description unchanged since If-None-Match or If-Modified-Since */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid job id */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description job not found, or it has no detections yet */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the detections do not match If-Match */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  reportOfMany: {
    parameters: {
      query?: {
        /** @description jobs uploaded at this time or later; a date starts at midnight (UTC) */
        since?: string;
        /** @description jobs uploaded before this time; a date includes its day (UTC) */
        until?: string;
        /** @description a row for each of these labels, separated by commas, even if there were none; default: a row for each class that was found */
        classes?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a row per job and class, oldest job first: job, filename, status, created, duration, class, detections, objects */
      200: {
        headers: {
          /** @description of downloads: the name of the upload with another extension */
          'Content-Disposition'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/csv': string;
        };
      };
      /** @description invalid parameter */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  detect: {
    parameters: {
      query?: {
        /** @description return the annotated image, upright, as JPEG */
        annotate?: '0' | '1';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'multipart/form-data': {
          /** @description JPEG, PNG or WebP, at most 25 MB each; repeat the field for several images */
          image: Blob[];
          /** @description name of the model; default: the service's default model */
          model?: string;
          /** @description score threshold; default: the model's */
          score?: number;
          /** @description IoU threshold: when two boxes of the same class overlap by more than this, NMS drops the one with the lower score; default: the model's */
          iou?: number;
          /** @description maximum number of detections per image; default: the model's */
          max?: number;
          /**
           * @description labels to detect; default: all
           * @example person,car
           */
          classes?: string;
        };
        'application/json': {
          /** @description one image in base64: JPEG, PNG or WebP, at most 25 MB each */
          image?: string;
          /** @description or several images */
          images?: string[];
          /**
           * Format: uri
           * @description or the address of one image, if the server allows it (DETECT_URLS)
           */
          url?: string;
          /** @description name of the model; default: the service's default model */
          model?: string;
          /** @description score threshold; default: the model's */
          score?: number;
          /** @description IoU threshold: when two boxes of the same class overlap by more than this, NMS drops the one with the lower score; default: the model's */
          iou?: number;
          /** @description maximum number of detections per image; default: the model's */
          max?: number;
          /** @description labels to detect; default: all */
          classes?: string | string[];
        };
      };
    };
    responses: {
      /** @description the detections, or the annotated image */
      200: {
        headers: {
          /** @description with annotate=1: number of detections */
          'X-Detections'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OneImage'] | components['schemas']['SeveralImages'];
          'image/jpeg': Blob;
        };
      };
      /** @description no image, unknown model, or an invalid field; lists all errors */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description no access, or the server downloads no images from a url */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description an image is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the image cannot be decoded, or the model cannot be used */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the queue is full, or no detector is available; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  deploymentsList: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the deployments */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Deployments'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description the key or RBAC does not allow it; the message names a missing rule */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description unknown deployment */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the cluster is unreachable or rejects the credentials */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description not running in a cluster */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the cluster did not respond in time */
      504: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  deploymentsScale: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description name of the service or of its Deployment: preprocess or hs-pre-deploy, infer or hs-infer-deploy, postprocess or hs-post-deploy */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Scale'];
      };
    };
    responses: {
      /** @description the numbers before and after; nothing is written if they are equal */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Scaled'];
        };
      };
      /** @description not a whole number, or out of range */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      /** @description the key or RBAC does not allow it; the message names a missing rule */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description unknown deployment */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description KEDA scales it (SCALER=keda), or concurrent changes conflicted */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the cluster rejects the number */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the cluster is unreachable or rejects the credentials */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description not running in a cluster */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the cluster did not respond in time */
      504: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  uploadsCreate: {
    parameters: {
      query?: never;
      header: {
        /** @description filename and the fields of POST /api/jobs, each in Base64; uploads with the same idempotencyKey create one job */
        'Upload-Metadata'?: string;
        /** @description bytes of the whole file */
        'Upload-Length': number;
        /** @description version of the protocol */
        'Tus-Resumable': '1.0.0';
      };
      path?: never;
      cookie?: never;
    };
    /** @description the beginning of the file; may also be sent with PATCH */
    requestBody?: {
      content: {
        'application/offset+octet-stream': Blob;
      };
    };
    responses: {
      /** @description send the rest of the file to Location with PATCH */
      201: {
        headers: {
          /** @description address of the upload */
          Location?: string;
          /** @description bytes received */
          'Upload-Offset'?: number;
          /** @description when the upload is removed if nothing more arrives */
          'Upload-Expires'?: string;
          /** @description id of the job of a complete upload */
          'Boxreel-Job'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid tus request or job options; lists all errors */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description not tus 1.0.0 */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the video is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file is not a video; nothing is kept */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the video cannot be decoded; nothing is kept */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the volume is full; the part that has arrived is kept */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
  uploadsOptions: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description supported tus versions and extensions, and the maximum file size */
      204: {
        headers: {
          /** @description supported versions */
          'Tus-Version'?: string;
          /** @description supported extensions */
          'Tus-Extension'?: string;
          /** @description maximum bytes of a file */
          'Tus-Max-Size'?: number;
          [name: string]: unknown;
        };
        content?: never;
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
    };
  };
  uploadsRemove: {
    parameters: {
      query?: never;
      header: {
        /** @description version of the protocol */
        'Tus-Resumable': '1.0.0';
      };
      path: {
        /** @description id of the upload, from Location */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the upload is removed */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description upload not found or expired */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the upload is complete and has become a job */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description not tus 1.0.0 */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description another request is using this upload; try again soon */
      423: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
    };
  };
  uploadsAsk: {
    parameters: {
      query?: never;
      header: {
        /** @description version of the protocol */
        'Tus-Resumable': '1.0.0';
      };
      path: {
        /** @description id of the upload, from Location */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the offset to resume from */
      200: {
        headers: {
          /** @description bytes received */
          'Upload-Offset'?: number;
          /** @description bytes of the whole file */
          'Upload-Length'?: number;
          /** @description as announced */
          'Upload-Metadata'?: string;
          /** @description no-store */
          'Cache-Control'?: string;
          /** @description when the upload is removed if nothing more arrives */
          'Upload-Expires'?: string;
          /** @description id of the job of a complete upload */
          'Boxreel-Job'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description the key is missing or invalid, if the server has keys */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description the key does not give access, or the request came from a page of another site */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description upload not found or expired */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description not tus 1.0.0 */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description another request is using this upload; try again soon */
      423: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description too many invalid keys or uploads; retry after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description unexpected error; requestId identifies the details in the log */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  uploadsAppend: {
    parameters: {
      query?: never;
      header: {
        /** @description the offset from HEAD */
        'Upload-Offset': number;
        /** @description version of the protocol */
        'Tus-Resumable': '1.0.0';
      };
      path: {
        /** @description id of the upload, from Location */
        id: string;
      };
      cookie?: never;
    };
    /** @description the file from that offset on, or a part of it */
    requestBody: {
      content: {
        'application/offset+octet-stream': Blob;
      };
    };
    responses: {
      /** @description received */
      204: {
        headers: {
          /** @description bytes received */
          'Upload-Offset'?: number;
          /** @description when the upload is removed if nothing more arrives */
          'Upload-Expires'?: string;
          /** @description id of the job of a complete upload */
          'Boxreel-Job'?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description invalid tus request */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      401: components['responses']['Unauthorized'];
      403: components['responses']['Forbidden'];
      /** @description upload not found or expired */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the offset does not match; get it with HEAD */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description not tus 1.0.0 */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the video is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the file is not a video (nothing is kept), or the Content-Type is not application/offset+octet-stream */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the video cannot be decoded; nothing is kept */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description another request is using this upload; try again soon */
      423: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      429: components['responses']['TooManyRequests'];
      500: components['responses']['InternalError'];
      /** @description the database is unavailable; retry after Retry-After */
      503: {
        headers: {
          /** @description seconds */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
      /** @description the volume is full; the part that has arrived is kept */
      507: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Error'];
        };
      };
    };
  };
}
