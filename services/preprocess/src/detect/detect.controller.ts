import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { ApiDetect, DETECT_PATH, detectBodyType } from '#platform';
import { InferClient } from './infer.client';

/** Proxies the image endpoint of infer. */
@ApiTags('images')
@Controller(DETECT_PATH)
@Access('user or service')
export class DetectController {
  constructor(private readonly infer: InferClient) {}

  @Post()
  @ApiDetect()
  async detect(@Req() request: Request, @Res() response: Response): Promise<void> {
    detectBodyType(request); // other bodies are already parsed and cannot be forwarded
    await this.infer.forward(request, response);
  }
}
