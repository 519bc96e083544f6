// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

interface IToken {
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

interface IPairV2 {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function mint(address to) external returns (uint256);
    function burn(address to) external returns (uint256, uint256);
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external;
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

interface IPoolV3 {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function swap(address to, bool zeroForOne, int256 amount, uint160 limit, bytes calldata data)
        external
        returns (int256, int256);
    function mint(address owner, int24 lower, int24 upper, uint128 amount, bytes calldata data)
        external
        returns (uint256, uint256);
    function burn(int24 lower, int24 upper, uint128 amount) external returns (uint256, uint256);
    function collect(address to, int24 lower, int24 upper, uint128 amount0, uint128 amount1)
        external
        returns (uint128, uint128);
}

/// The small router between people and the Uniswap pools: one transaction for each deed. It keeps all concentrated
/// positions in its own name and trusts its callers; it is made for chains that live for three minutes.
contract Trader {
    /// Sells exactly `amountIn`; what comes out goes to the caller.
    function swapV2(IPairV2 pair, bool zeroForOne, uint256 amountIn) external {
        (uint256 reserve0, uint256 reserve1,) = pair.getReserves();
        (uint256 reserveIn, uint256 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 paid = amountIn * 997;
        uint256 out = (paid * reserveOut) / (reserveIn * 1000 + paid);
        IToken(zeroForOne ? pair.token0() : pair.token1()).transferFrom(msg.sender, address(pair), amountIn);
        pair.swap(zeroForOne ? 0 : out, zeroForOne ? out : 0, msg.sender, "");
    }

    function addV2(IPairV2 pair, uint256 amount0, uint256 amount1) external {
        IToken(pair.token0()).transferFrom(msg.sender, address(pair), amount0);
        IToken(pair.token1()).transferFrom(msg.sender, address(pair), amount1);
        pair.mint(msg.sender);
    }

    function removeV2(IPairV2 pair, uint256 shares) external {
        pair.transferFrom(msg.sender, address(pair), shares);
        pair.burn(msg.sender);
    }

    /// Sells up to `amountIn`, stopping where the price reaches `limit`.
    function swapV3(IPoolV3 pool, bool zeroForOne, uint256 amountIn, uint160 limit) external {
        pool.swap(msg.sender, zeroForOne, int256(amountIn), limit, abi.encode(msg.sender));
    }

    function addV3(IPoolV3 pool, int24 lower, int24 upper, uint128 liquidity) external {
        pool.mint(address(this), lower, upper, liquidity, abi.encode(msg.sender));
    }

    function removeV3(IPoolV3 pool, int24 lower, int24 upper, uint128 liquidity) external {
        pool.burn(lower, upper, liquidity);
        pool.collect(msg.sender, lower, upper, type(uint128).max, type(uint128).max);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        address payer = abi.decode(data, (address));
        IPoolV3 pool = IPoolV3(msg.sender);
        if (amount0 > 0) IToken(pool.token0()).transferFrom(payer, msg.sender, uint256(amount0));
        if (amount1 > 0) IToken(pool.token1()).transferFrom(payer, msg.sender, uint256(amount1));
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata data) external {
        address payer = abi.decode(data, (address));
        IPoolV3 pool = IPoolV3(msg.sender);
        if (amount0 > 0) IToken(pool.token0()).transferFrom(payer, msg.sender, amount0);
        if (amount1 > 0) IToken(pool.token1()).transferFrom(payer, msg.sender, amount1);
    }
}
