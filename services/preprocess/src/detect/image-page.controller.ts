import { parse } from 'node:path';
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpException,
  Post,
  Render,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { detectFormSchema, type OneImageResource } from '#contract';
import { Catalogue } from '../models/catalogue';
import { toChoice } from '../models/model.resource';
import { InferClient } from './infer.client';
import { overlayOf } from './overlay';
import { PageImage, type ReceivedImage } from './page-image';

type Fields = Readonly<Record<string, unknown>>;

const OPTIONS = Object.keys(detectFormSchema.shape);

/** The page embeds the image in base64, which makes it a third larger. Of larger images, it has only the table. */
const MAX_SHOWN_BYTES = 8 * 1024 ** 2;

/** The image page. Its script uses the API; without JavaScript the form is submitted here. */
@ApiExcludeController()
@Controller('detect')
@Access('user')
export class ImagePageController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly infer: InferClient,
  ) {}

  @Get()
  @Render('detect')
  form(): Promise<object> {
    return this.page({});
  }

  @Post()
  @UseInterceptors(PageImage)
  async detect(
    @UploadedFile() file: ReceivedImage | undefined,
    @Body() body: Fields | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const fields = Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => OPTIONS.includes(name)));
    try {
      if (!file || file.buffer.length === 0) throw new BadRequestException('Choose an image first.');
      if (body?.['annotate'] === '1') {
        const jpeg = await (await this.infer.post(formOf(file, fields), { annotate: true })).arrayBuffer();
        response.attachment(`${parse(file.originalname).name}-boxes.jpg`).send(Buffer.from(jpeg));
        return;
      }
      const answer = await this.infer.post(formOf(file, fields));
      const result = resultOf((await answer.json()) as OneImageResource, file.buffer);
      response.status(200).render('detect', await this.page(fields, { result }));
    } catch (error) {
      if (!(error instanceof HttpException) || error.getStatus() >= 500) throw error;
      const { message } = error;
      response.status(error.getStatus()).render('detect', await this.page(fields, { problem: message }));
    }
  }

  /** @param fields shown again in the form */
  private async page(fields: Fields, more: object = {}): Promise<object> {
    const entries = await this.catalogue.list();
    const names = entries.map(({ name }) => name);
    const chosen = names.find((name) => name === fields['model']) ?? this.catalogue.defaultModel;
    const models = entries.map((entry) => {
      const { name, label, problem } = toChoice(entry, this.catalogue);
      const { width, height } = entry.manifest?.input ?? {};
      const size = width === undefined ? undefined : `${width}x${height}`;
      return { name, label, size, problem, chosen: name === chosen };
    });
    return {
      title: 'Image',
      models,
      fields,
      styles: ['detect.css'],
      scripts: ['detect.js'],
      ...more,
    };
  }
}

/** The view of a result. */
function resultOf(found: OneImageResource, bytes: Buffer): object {
  return {
    ...found,
    detections: found.detections.map(({ score, ...rest }) => ({ ...rest, score: score.toFixed(2) })),
    count: found.detections.length === 1 ? '1 object' : `${found.detections.length} objects`,
    totalMs: Math.round(found.timings.totalMs),
    ...(bytes.length <= MAX_SHOWN_BYTES && { shown: dataUrl(bytes), overlay: overlayOf(found) }),
  };
}

/** @param bytes a JPEG, PNG or WebP */
function dataUrl(bytes: Buffer): string {
  const kind = bytes[0] === 0xff ? 'jpeg' : bytes[0] === 0x89 ? 'png' : 'webp';
  return `data:image/${kind};base64,${bytes.toString('base64')}`;
}

function formOf({ originalname, buffer }: ReceivedImage, fields: Fields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  form.set('image', new Blob([new Uint8Array(buffer)]), originalname);
  return form;
}
