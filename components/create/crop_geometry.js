// Where the frame lies on a picture, in parts of the picture's width and height; and the crop that it stands for, in the
// numbers of studio/orders/framing.py. `largest` is the width and height of the largest frame of the shape.
const between = (least, value, most) => Math.min(Math.max(value, least), most);

const frameOf = ({ x, y, zoom }, largest) => {
  const width = largest.width / zoom, height = largest.height / zoom;
  return { left: between(0, x - width / 2, 1 - width), top: between(0, y - height / 2, 1 - height), width, height };
};

const DIGITS = 10_000; // A tenth of a pixel of the largest picture; and the server tells back just what it was told.
const rounded = (number) => Math.round(number * DIGITS) / DIGITS;

const cropOf = ({ left, top, width, height }, largest, zoomMax) => ({
  x: rounded(between(0, left + width / 2, 1)),
  y: rounded(between(0, top + height / 2, 1)),
  zoom: rounded(between(1, largest.width / width, zoomMax)),
});

const movedBy = (frame, across, down) => ({
  ...frame,
  left: between(0, frame.left + across, 1 - frame.width),
  top: between(0, frame.top + down, 1 - frame.height),
});

// As wide as this part of the largest one, about its own middle as far as there is room.
const ofSize = (frame, share, largest, zoomMax) => {
  const zoom = 1 / between(1 / zoomMax, share, 1);
  return frameOf({ x: frame.left + frame.width / 2, y: frame.top + frame.height / 2, zoom }, largest);
};

// One corner pulled by so much, the opposite one held; [1, 1] is the corner at the right and the bottom. Along the diagonal,
// so that the shape stays.
const pulledBy = (frame, [toRight, toBottom], across, down, largest, zoomMax) => {
  const { left, top, width, height } = frame;
  const wanted = 1 + (toRight * across / width + toBottom * down / height) / 2;
  const room = Math.min(
    (toRight > 0 ? 1 - left : left + width) / width,
    (toBottom > 0 ? 1 - top : top + height) / height,
    largest.width / width,
  );
  const scale = between(largest.width / zoomMax / width, wanted, Math.max(1, room));
  return {
    left: toRight > 0 ? left : left + width - width * scale,
    top: toBottom > 0 ? top : top + height - height * scale,
    width: width * scale,
    height: height * scale,
  };
};
