// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// Emits many swaps in one transaction, with amounts and prices that differ.
contract LogStorm {
    event Swap(
        address indexed sender,
        address indexed recipient,
        int256 amount0,
        int256 amount1,
        uint160 sqrtPriceX96,
        uint128 liquidity,
        int24 tick
    );

    function swaps(uint256 seed, uint256 count) external {
        unchecked {
            uint256 state = seed * 0x9e3779b97f4a7c15;
            for (uint256 i = 0; i < count; i++) {
                state = state * 6364136223846793005 + 1442695040888963407;
                uint256 noise = state >> 13;
                int256 usdc = int256(noise % 1e12);
                int256 coins = usdc * 1e12 + int256(noise % 1e12);
                bool sells = noise & 1 == 0;
                emit Swap(
                    address(uint160(noise)),
                    address(uint160(noise * 31)),
                    sells ? coins : -coins,
                    sells ? -usdc : usdc,
                    uint160(79228162514264337593543 + (noise % 1e19)),
                    uint128(1e21 + noise % 1e18),
                    -276324
                );
            }
        }
    }

    function slot0() external pure returns (uint160, int24, uint16, uint16, uint16, uint8, bool) {
        return (79228162514264337593543, -276324, 0, 1, 1, 0, true);
    }

    function liquidity() external pure returns (uint128) {
        return 1e21;
    }
}
