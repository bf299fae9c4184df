import {
  BadRequestException,
  Body,
  Controller,
  HttpCode,
  Post,
  Query,
  Req,
  Res,
  UploadedFiles,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { ApiDetect, DETECT_PATH, detectBodyType, noImage } from '#platform';
import { parseAnnotate, parseForm } from './fields';
import { ImageUpload } from './image-upload';
import { ImageUrls } from './image-urls';
import { ImagesService, type SentImage } from './images.service';

/** Synchronous detection on images. */
@ApiTags('images')
@Controller(DETECT_PATH)
@Access('user or service')
export class ImagesController {
  constructor(
    private readonly images: ImagesService,
    private readonly urls: ImageUrls,
  ) {}

  @Post()
  @HttpCode(200)
  @UseInterceptors(new ImageUpload())
  @ApiDetect()
  async detect(
    @UploadedFiles() files: readonly Express.Multer.File[],
    @Body() body: unknown,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { url, fields } = detectBodyType(request) === 'json' ? splitUrl(body) : { fields: body };
    const form = parseForm(fields);
    const annotate = parseAnnotate(query);
    const signal = untilGone(response);
    try {
      this.checkImages(files, url, annotate);
      const wanted = await this.images.resolve(form, signal);
      const images = await this.imagesOf(files, url, signal);
      const [image] = images;
      if (!image) throw new BadRequestException(noImage());
      if (annotate) {
        const { jpeg, count } = await this.images.annotate(image, wanted, signal);
        response.set({ 'Content-Type': 'image/jpeg', 'X-Detections': String(count) }).send(jpeg);
      } else if (images.length === 1) {
        response.json(await this.images.one(image, wanted, signal));
      } else {
        response.json(await this.images.several(images, wanted, signal));
      }
    } catch (error) {
      if (!signal.aborted) throw error; // otherwise the client has disconnected
    }
  }

  /** Checks the number of images and the address, without downloading it. */
  private checkImages(files: readonly Express.Multer.File[], url: unknown, annotate: boolean): void {
    if (url !== undefined) {
      if (files.length > 0) throw new BadRequestException('Send an image or the url of one, not both.');
      this.urls.check(url);
    } else if (annotate && files.length > 1) {
      throw new BadRequestException('annotate=1 annotates one image: send one at a time.');
    }
  }

  /** The sent images, or the one at an address: downloaded last, so that invalid requests reach no other server. */
  private async imagesOf(
    files: readonly Express.Multer.File[],
    url: unknown,
    signal: AbortSignal,
  ): Promise<SentImage[]> {
    if (url === undefined)
      return files.map(({ originalname, buffer }) => ({ name: originalname, bytes: buffer }));
    return [await this.urls.fetch(url, signal)];
  }
}

/** Only JSON bodies may have an address. */
function splitUrl(body: unknown): { readonly url?: unknown; readonly fields: object } {
  const { url, ...fields } = { ...(body as { readonly url?: unknown }) };
  return { url, fields };
}

/** Aborted when the client disconnects before the response is complete. */
function untilGone(response: Response): AbortSignal {
  const gone = new AbortController();
  const onClose = () => {
    if (!response.writableFinished) gone.abort();
  };
  if (response.closed) onClose();
  else response.once('close', onClose);
  return gone.signal;
}
