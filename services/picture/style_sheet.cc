#include "services/picture/style_sheet.h"

namespace chipline::picture {

namespace {

constexpr std::string_view kStyleSheet = R"svg(<style>
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, "Noto Sans Arabic", "Noto Naskh Arabic", "Geeza Pro", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
.bold { font-weight: 600; }
.paper { fill: #ffffff; }
.ink { fill: #1b1f24; }
.faint { fill: #57606a; }
.chosen { fill: #0550ae; }
.good { fill: #0b6e4f; }
.bad { fill: #b42318; }
.caution { fill: #7a4d00; }
.line, .grid, .axis, .leader, .level, .succession, .outline { fill: none; }
.line { stroke: #d0d7de; }
.grid { stroke: #eaeef2; }
.axis { stroke: #8c959f; }
.leader { stroke: #c4ccd4; }
.level { stroke: #0550ae; stroke-opacity: 0.7; stroke-dasharray: 2 3; }
.succession { stroke: #6e7781; stroke-dasharray: 4 3; }
.outline { stroke: #6e7781; stroke-dasharray: 4 3; }
.envelope { fill: #0550ae; fill-opacity: 0.06; }
.key { fill: #ffffff; stroke: #57606a; }
.m-chosen, .m-agrees, .m-differs { stroke: #ffffff; stroke-width: 1.5; }
.m-chosen { fill: #0550ae; }
.m-agrees { fill: #0b6e4f; }
.m-differs { fill: #c2410c; }
.m-ended { fill: #ffffff; stroke: #6e7781; stroke-width: 1.5; }
.w-chosen, .w-agrees, .w-differs, .w-ended { fill: none; stroke-width: 2; stroke-linecap: round; }
.w-chosen { stroke: #0550ae; }
.w-agrees { stroke: #0b6e4f; }
.w-differs { stroke: #c2410c; }
.w-ended { stroke: #6e7781; }
.open { stroke-dasharray: 1 4; }
.to-come { stroke-dasharray: 5 4; }
.today { fill: none; stroke: #8250df; stroke-width: 1.5; }
.now { fill: #6639ba; }
.f-chosen, .f-agrees, .f-differs, .f-ended { fill: #ffffff; stroke-width: 2; stroke-dasharray: 3 2; }
.f-chosen { stroke: #0550ae; }
.f-agrees { stroke: #0b6e4f; }
.f-differs { stroke: #c2410c; }
.f-ended { stroke: #6e7781; }
.halo { fill: #0550ae; fill-opacity: 0.16; }
.b-count { fill: #9ec3ee; }
.b-forecast { fill: #9ec3ee; fill-opacity: 0.25; stroke: #0550ae; stroke-dasharray: 4 3; }
.b-least { fill: #0550ae; }
.b-short { fill: #f3b5ab; }
.s-denied { fill: #fbd5cf; }
.s-pending { fill: #fbe7b2; }
.s-conditional { fill: #d4e6fa; }
.s-satisfied { fill: #bfe6cb; }
.s-free { fill: #e2f5e7; }
.s-unknown { fill: #f1f3f5; }
.l-denied { stroke: #c9382a; stroke-opacity: 0.55; stroke-width: 2; }
.l-pending { stroke: #9a6700; stroke-opacity: 0.4; stroke-width: 1.5; stroke-dasharray: 5 3; }
.l-conditional { stroke: #0550ae; stroke-opacity: 0.3; stroke-width: 1.5; }
.l-free { stroke: #0b6e4f; stroke-opacity: 0.35; }
.l-unknown { fill: #6e7781; fill-opacity: 0.5; }
.p-denied { fill: url(#chipline-denied); }
.p-pending { fill: url(#chipline-pending); }
.p-conditional { fill: url(#chipline-conditional); }
.p-satisfied { fill: none; }
.p-free { fill: url(#chipline-free); }
.p-unknown { fill: url(#chipline-unknown); }
.t-denied, .t-pending, .t-conditional, .t-satisfied, .t-free, .t-unknown { paint-order: stroke; stroke-width: 5; stroke-linejoin: round; }
.t-denied { fill: #7d1a10; stroke: #fbd5cf; }
.t-pending { fill: #5c3d00; stroke: #fbe7b2; }
.t-conditional { fill: #0a3d78; stroke: #d4e6fa; }
.t-satisfied { fill: #0b4d2c; stroke: #bfe6cb; }
.t-free { fill: #0b4d2c; stroke: #e2f5e7; }
.t-unknown { fill: #424a53; stroke: #f1f3f5; }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; }
.ink { fill: #e6edf3; }
.faint { fill: #9aa4af; }
.chosen { fill: #79b8ff; }
.good { fill: #5fd7a7; }
.bad { fill: #ff8e80; }
.caution { fill: #f2cc60; }
.line { stroke: #30363d; }
.grid { stroke: #1f252d; }
.axis { stroke: #6e7781; }
.leader { stroke: #3d444d; }
.level { stroke: #79b8ff; }
.succession, .outline { stroke: #9aa4af; }
.envelope { fill: #79b8ff; fill-opacity: 0.1; }
.key { fill: #0d1117; stroke: #9aa4af; }
.m-chosen, .m-agrees, .m-differs { stroke: #0d1117; }
.m-chosen { fill: #79b8ff; }
.m-agrees { fill: #5fd7a7; }
.m-differs { fill: #ffa657; }
.m-ended { fill: #0d1117; stroke: #9aa4af; }
.w-chosen { stroke: #79b8ff; }
.w-agrees { stroke: #5fd7a7; }
.w-differs { stroke: #ffa657; }
.w-ended { stroke: #9aa4af; }
.today { stroke: #b083f0; }
.now { fill: #d2a8ff; }
.f-chosen, .f-agrees, .f-differs, .f-ended { fill: #0d1117; }
.f-chosen { stroke: #79b8ff; }
.f-agrees { stroke: #5fd7a7; }
.f-differs { stroke: #ffa657; }
.f-ended { stroke: #9aa4af; }
.halo { fill: #79b8ff; fill-opacity: 0.25; }
.b-count { fill: #264f80; }
.b-forecast { fill: #264f80; stroke: #79b8ff; }
.b-least { fill: #79b8ff; }
.b-short { fill: #6b2a22; }
.s-denied { fill: #4a1a15; }
.s-pending { fill: #40300a; }
.s-conditional { fill: #10294a; }
.s-satisfied { fill: #12402a; }
.s-free { fill: #0f2b1e; }
.s-unknown { fill: #1d232b; }
.l-denied { stroke: #ff8e80; stroke-opacity: 0.45; }
.l-pending { stroke: #f2cc60; stroke-opacity: 0.4; }
.l-conditional { stroke: #79b8ff; stroke-opacity: 0.35; }
.l-free { stroke: #5fd7a7; stroke-opacity: 0.35; }
.l-unknown { fill: #9aa4af; fill-opacity: 0.4; }
.t-denied { fill: #ffd9d3; stroke: #4a1a15; }
.t-pending { fill: #f8e3a1; stroke: #40300a; }
.t-conditional { fill: #cfe3ff; stroke: #10294a; }
.t-satisfied { fill: #c2f0d6; stroke: #12402a; }
.t-free { fill: #c2f0d6; stroke: #0f2b1e; }
.t-unknown { fill: #c9d1d9; stroke: #1d232b; }
}
</style>
<defs>
<pattern id="chipline-denied" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="l-denied" x1="0" y1="0" x2="0" y2="8"/></pattern>
<pattern id="chipline-pending" width="8" height="7" patternUnits="userSpaceOnUse"><line class="l-pending" x1="0" y1="3.5" x2="8" y2="3.5"/></pattern>
<pattern id="chipline-conditional" width="9" height="9" patternUnits="userSpaceOnUse"><line class="l-conditional" x1="4.5" y1="0" x2="4.5" y2="9"/></pattern>
<pattern id="chipline-free" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><line class="l-free" x1="0" y1="0" x2="0" y2="9"/></pattern>
<pattern id="chipline-unknown" width="7" height="7" patternUnits="userSpaceOnUse"><circle class="l-unknown" cx="3.5" cy="3.5" r="0.9"/></pattern>
</defs>
)svg";

}  // namespace

std::string_view StyleSheet() { return kStyleSheet; }

}  // namespace chipline::picture
