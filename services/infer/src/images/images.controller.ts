import {
  BadRequestException,
  Body,
  Controller,
  HttpCode,
  Post,
  Query,
  Res,
  UploadedFiles,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { ApiDetect, DETECT_PATH, noImage } from '#platform';
import { parseAnnotate, parseForm } from './fields';
import { ImageUpload } from './image-upload';
import { ImagesService, type SentImage } from './images.service';

/** Synchronous detection on images. */
@ApiTags('images')
@Controller(DETECT_PATH)
@Access('user or service')
export class ImagesController {
  constructor(private readonly images: ImagesService) {}

  @Post()
  @HttpCode(200)
  @UseInterceptors(new ImageUpload())
  @ApiDetect()
  async detect(
    @UploadedFiles() files: readonly Express.Multer.File[],
    @Body() body: unknown,
    @Query() query: Record<string, unknown>,
    @Res() response: Response,
  ): Promise<void> {
    const images = files.map(({ originalname, buffer }): SentImage => ({
      name: originalname,
      bytes: buffer,
    }));
    const form = parseForm(body);
    const annotate = parseAnnotate(query);
    const [image] = images;
    if (!image) throw new BadRequestException(noImage());
    if (annotate && images.length > 1) {
      throw new BadRequestException('annotate=1 annotates one image: send one at a time.');
    }
    const signal = untilGone(response);
    try {
      if (annotate) {
        const { jpeg, count } = await this.images.annotate(image, form, signal);
        response.set({ 'Content-Type': 'image/jpeg', 'X-Detections': String(count) }).send(jpeg);
      } else if (images.length === 1) {
        response.json(await this.images.one(image, form, signal));
      } else {
        response.json(await this.images.several(images, form, signal));
      }
    } catch (error) {
      if (!signal.aborted) throw error; // otherwise the client has disconnected
    }
  }
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
